"""A bare dbt run stops before it computes 1970, and its message tells how to run it; what needs no day goes on."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from lead_sla.settings import PROJECT_DIR
from tests.support.harness import Company, invoke_dbt

DBT = Path(sys.executable).with_name("dbt")
GIVEN = ("--vars", '{as_of_date: "2026-10-31"}')
MODEL = "dim_event_types"


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """A company without a warehouse."""
    return Company(tmp_path / "company")


def test_by_hand_the_placeholder_is_refused_before_anything_is_built(tmp_path: Path) -> None:
    """As a person runs it who has read nothing."""
    warehouse = tmp_path / "warehouse.duckdb"
    environment = {"DBT_DUCKDB_PATH": str(warehouse), "DBT_TARGET_PATH": str(tmp_path), "DBT_LOG_PATH": str(tmp_path)}
    refused = subprocess.run(
        [DBT, "build", "--select", f"+{MODEL}"],
        env=environment,
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode != 0
    assert "The var as_of_date is missing" in refused.stdout
    assert "Run `lead-sla refresh`, or dbt alone with --exclude-resource-type unit_test --vars" in refused.stdout
    with duckdb.connect(str(warehouse)) as connection:
        assert connection.execute("from duckdb_tables()").fetchall() == []


def test_tests_of_data_need_a_day(company: Company) -> None:
    with pytest.raises(AssertionError, match="The var as_of_date is missing"):
        invoke_dbt(company.settings, ["test", "--select", MODEL])


def test_seeds_need_no_day(company: Company) -> None:
    invoke_dbt(company.settings, ["seed", "--select", "event_types"])
    assert company.query("select count(*) as types from seeds.event_types")[0]["types"] > 0


def test_with_a_day_it_builds(company: Company) -> None:
    invoke_dbt(company.settings, ["seed"])
    invoke_dbt(company.settings, ["run", "--select", f"+{MODEL}", *GIVEN])
    assert company.query(f"select count(*) as types from marts.{MODEL}")[0]["types"] > 0
