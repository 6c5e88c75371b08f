"""What every suite has in common: how it is listed, run and worded, and that it lets go of the warehouse."""

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from lead_sla.errors import CheckFailedError
from lead_sla.quality.checks import Check, Suite, describe
from lead_sla.quality.landing import landing_suite
from lead_sla.quality.marts import mart_suite
from lead_sla.quality.runner import run_suite
from lead_sla.settings import Settings
from tests.unit.quality.warehouses import AS_OF, RAW_ROWS, RAW_SCHEMA, settings_of, write

SUITES = {"landing": landing_suite, "marts": mart_suite}
LISTING = """
import sys
from datetime import date
from lead_sla.quality.checks import describe
from lead_sla.quality.landing import landing_suite
from lead_sla.quality.marts import mart_suite
from lead_sla.quality.runner import run_suite
describe(landing_suite(date.min)), describe(mart_suite(date.min))
print([name for name in ("great_expectations", "sqlalchemy", "duckdb_sqlalchemy") if name in sys.modules])
"""


def suite_of(query: str, table: str = "raw.feeds") -> Suite:
    check = Check("no_feed_is_odd", table, "warn", "No feed is odd.", "Ask.", query)
    return Suite("odd", (check,), {"as_of_date": "date '2026-11-22'"})


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = settings_of(tmp_path_factory.mktemp("landed"))
    write(settings, RAW_SCHEMA, RAW_ROWS)
    return settings


@pytest.mark.parametrize("name", SUITES)
def test_checks_are_the_same_for_every_day(name: str) -> None:
    assert describe(SUITES[name](date.min)) == describe(SUITES[name](AS_OF))


@pytest.mark.parametrize("name", SUITES)
def test_checks_have_names_that_dagster_allows_once_each(name: str) -> None:
    names = [check.name for check in describe(SUITES[name](AS_OF))]
    assert len(set(names)) == len(names)
    assert [bad for bad in names if not re.fullmatch(r"[a-z][a-z0-9_]*", bad)] == []


@pytest.mark.parametrize("name", SUITES)
def test_rule_and_remedy_of_each_check_are_sentences(name: str) -> None:
    for check in SUITES[name](AS_OF).checks:
        assert check.description.endswith(".")
        assert check.remedy.endswith(".")


def test_listing_the_checks_does_not_load_great_expectations() -> None:
    listed = subprocess.run([sys.executable, "-c", LISTING], capture_output=True, text=True, check=True)
    assert listed.stdout.strip() == "[]"


def test_result_names_every_check_of_the_suite_in_order_with_its_table(landed: Settings) -> None:
    result = run_suite(landed, landing_suite(AS_OF))
    suite = landing_suite(AS_OF)
    assert result.suite == "landing"
    assert [(check.name, check.table, check.severity) for check in result.checks] == [
        (check.name, check.table, check.severity) for check in suite.checks
    ]


def test_result_of_a_check_that_holds_is_the_rule_itself(landed: Settings) -> None:
    (result,) = run_suite(landed, suite_of("select feed from {batch} where feed_order < 0")).checks
    assert (result.passed, result.found, result.remedy) == (True, "No feed is odd.", "Ask.")


def test_result_of_a_check_that_fails_shows_five_cases_and_counts_the_rest(landed: Settings) -> None:
    query = "select n, n / 3 as third from {batch} cross join range(7) as s(n) where feed_order = 1 order by n"
    (result,) = run_suite(landed, suite_of(query)).checks
    assert not result.passed
    assert result.found == (
        "No feed is odd. Found 7 failures in raw.feeds: n=0, third=0; n=1, third=0.333333; "
        "n=2, third=0.666667; n=3, third=1; n=4, third=1.33; and 2 more."
    )


def test_checks_see_the_parameters_of_their_suite_and_the_business_zone(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "Europe/Berlin")
    write(settings, RAW_SCHEMA)
    query = "select $as_of_date as day, $business_timezone as zone from {batch} limit 1"
    (result,) = run_suite(settings, suite_of(query)).checks
    assert "day=2026-11-22, zone=Europe/Berlin." in result.found


def test_warehouse_is_read_only_and_within_the_configured_limits(landed: Settings) -> None:
    query = (
        "select readonly, current_setting('threads') as threads, current_setting('memory_limit') as memory, "
        "current_setting('autoinstall_known_extensions') as autoinstall "
        "from {batch} cross join duckdb_databases() as d where feed_order = 1 and d.database_name = 'warehouse'"
    )
    (result,) = run_suite(landed, suite_of(query)).checks
    assert "readonly=True, threads=1, memory=953.6 MiB, autoinstall=False." in result.found


def test_warehouse_can_be_written_right_after_a_suite(landed: Settings) -> None:
    run_suite(landed, suite_of("select feed from {batch}"))
    write(landed, "create table after_the_suite as select 1 as one; drop table after_the_suite")


def test_warehouse_may_lie_in_a_folder_with_an_odd_name(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "a b $HOME 100%41 #1")
    write(settings, RAW_SCHEMA)
    assert not run_suite(settings, suite_of("select feed from {batch}")).checks[0].passed


@pytest.mark.parametrize(
    ("suite", "reason"),
    [
        (suite_of("select feed from {batch}", table="raw.feedz"), "the table does not exist."),
        (suite_of("select fee from {batch}"), 'Referenced column "fee" not found in FROM clause!.'),
    ],
)
def test_a_check_that_cannot_be_carried_out_stops_the_suite_and_frees_the_warehouse(
    suite: Suite, reason: str, landed: Settings
) -> None:
    with pytest.raises(CheckFailedError) as caught:
        run_suite(landed, suite)
    assert str(caught.value).startswith(f"The check no_feed_is_odd on {suite.checks[0].table} could not run")
    assert reason in str(caught.value)
    write(landed, "create table after_the_suite as select 1 as one; drop table after_the_suite")
