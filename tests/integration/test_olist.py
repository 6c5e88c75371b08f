"""Real leads and deals through `lead-sla refresh`, against numbers and a calculation that are not ours.

The data are Olist's (Kaggle, CC BY-NC-SA 4.0). They are not part of the project: the test looks for them beside it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from lead_sla.settings import PROJECT_DIR
from tests.oracle import calculate, compare, read_tables
from tests.oracle.olist import known_numbers, olist_inputs, olist_seeds
from tests.support.harness import SEEDS, write_seed

DATA = PROJECT_DIR.parent / "shared" / "data" / "olist"
LEAD_SLA = Path(sys.executable).parent / "lead-sla"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder in which a refresh as of 2018-11-30 has published."""
    if not DATA.is_dir():
        reason = f"the Olist data are not at {DATA}; they are not part of the project"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}, and CI must have them")
        pytest.skip(reason)
    home = tmp_path_factory.mktemp("olist")
    shutil.copytree(DATA, home / "landing" / "olist", copy_function=shutil.copy)
    seeds = olist_seeds()
    for name, table in SEEDS.items():
        write_seed(home / "seeds", table, seeds.get(name, []))
    environment = {
        **os.environ,
        "LEAD_SLA_HOME": str(home),
        "LEAD_SLA_SEEDS": str(home / "seeds"),
        "LEAD_SLA_FEEDS": str(PROJECT_DIR / "tests" / "integration" / "olist" / "feeds.yml"),
        "LEAD_SLA_BUSINESS_TIMEZONE": "America/Sao_Paulo",
    }
    refresh = subprocess.run(
        [LEAD_SLA, "refresh", "--as-of", "2018-11-30"],
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refresh.returncode == 0, refresh.stdout + refresh.stderr
    return home


@pytest.fixture(scope="module")
def mart(home: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(home / "published" / "current" / "sla_mart.duckdb"), read_only=True)


@pytest.fixture(scope="module")
def warehouse(home: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(home / "warehouse.duckdb"), read_only=True)


def test_every_lead_lands_and_841_customers_are_credited(
    mart: duckdb.DuckDBPyConnection, warehouse: duckdb.DuckDBPyConnection
) -> None:
    counts = dict(mart.sql("select reason, sum(row_count) from rpt_data_quality group by reason").fetchall())
    assert (counts["landed"], counts["accepted"], counts["rejected"]) == (8842, 8842, 0)
    assert counts["won_before_lead"] == 1
    [(leads, customers)] = warehouse.sql(
        "select count(*), count(customer_date) from intermediate.int_credited_leads"
    ).fetchall()
    assert (leads, customers) == (8000, 841)


def test_each_origin_has_the_numbers_that_olist_states(
    mart: duckdb.DuckDBPyConnection, warehouse: duckdb.DuckDBPyConnection
) -> None:
    stated = known_numbers(DATA)
    booked = mart.sql(
        "select event_type, sum(leads) from fct_sla_daily where sla_id = 'olist_leads' group by event_type"
    ).fetchall()
    assert dict(booked) == {origin: leads for origin, (leads, _) in stated.items()}
    credited = warehouse.sql(
        "select highest_type, count(customer_date) from intermediate.int_credited_leads group by highest_type"
    ).fetchall()
    # Olist's figures include the one deal that was won before its lead's first contact.
    beyond = {origin: stated[origin][1] - customers for origin, customers in credited}
    assert sorted(beyond.values()) == [0] * 9 + [1]


def test_the_published_mart_equals_the_independent_calculation(mart: duckdb.DuckDBPyConnection) -> None:
    assert compare(calculate(olist_inputs(DATA)), read_tables(mart)) == []
