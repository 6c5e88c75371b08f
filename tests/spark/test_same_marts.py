"""Every table that dbt builds, on DuckDB and on Spark, from the same raw rows of a company with every oddity."""

import json
import os
import shutil
from datetime import date, timedelta

import pytest

from lead_sla.landing.hand_over import hand_over
from lead_sla.settings import PROJECT_DIR
from lead_sla.warehouse import connect
from tests.oracle.dataset import Dataset, generate
from tests.spark.cluster import WORKERS
from tests.spark.engines import Compared, Spark, compare_tables
from tests.support.harness import SEEDS, Company

SCHEMAS = ("seeds", "staging", "intermediate", "marts")


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return generate()


@pytest.fixture(scope="module")
def company(dataset: Dataset, spark: Spark, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Refreshed twice by both engines: with its history, and two months later with everything else."""
    home = tmp_path_factory.mktemp("oddities")
    company = Company(home, business_timezone=dataset.parameters.business_timezone)
    dataset.write(home)
    later = [path for path in company.settings.landing_dir.rglob("*.csv") if not path.name.startswith("1_")]
    for path in later:
        shutil.move(path, path.with_suffix(".later"))
    as_of = dataset.parameters.as_of_date
    refresh(company, spark, dataset, as_of - timedelta(days=60), ["--exclude-resource-type", "test", "unit_test"])
    for path in later:
        shutil.move(path.with_suffix(".later"), path)
    assert spark.read("build", "watermark")[0]["file_number"] > 0, "the second refresh would compute everything"
    refresh(company, spark, dataset, as_of, ["--exclude-resource-type", "unit_test"])
    return company


def refresh(company: Company, spark: Spark, dataset: Dataset, as_of: date, options: list[str]) -> None:
    company.land(dataset.landed_at)
    folder = company.settings.home / "handed_over"
    connection = connect(company.settings)
    try:
        hand_over(connection, company.settings.raw_dir, folder)
    finally:
        connection.close()
    company.build(as_of)
    os.environ["DBT_SEEDS_DIR"] = str(company.settings.seeds)  # the build on DuckDB has taken it away
    spark.dbt(["run-operation", "create_raw_tables", "--args", f"{{folder: {folder.as_uri()}}}"])
    variables = {
        "as_of_date": as_of.isoformat(),
        "business_timezone": company.settings.business_timezone,
        "reporting_currency": company.settings.reporting_currency,
    }
    spark.dbt(["build", *options, "--vars", json.dumps(variables)])
    spark.dbt(["run-operation", "advance_watermark"])


def test_every_table_is_the_same(company: Company, spark: Spark, compared: list[Compared]) -> None:
    compared += compare_tables(company, spark, SCHEMAS)
    assert [f"{table.name}: {words}" for table in compared for words in table.differences] == []
    files = [path for pattern in ("*.sql", "*.csv") for path in (PROJECT_DIR / "models").rglob(pattern)]
    built = {path.stem for path in files} | SEEDS.keys()
    assert {table.name.partition(".")[2] for table in compared} == built
    assert spark.executors() == WORKERS


def test_the_unit_tests_pass(company: Company, spark: Spark) -> None:
    assert spark.dbt(["test", "--select", "test_type:unit"])
