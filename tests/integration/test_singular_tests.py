"""Each SQL test of `tests/dbt` passes on a company as it is, and fails as soon as somebody has meddled with a table."""

import shutil
from pathlib import Path

import pytest

from lead_sla.settings import PROJECT_DIR
from lead_sla.transform.project import TESTED
from tests.support.cases import lead, leads, sla, target, won
from tests.support.harness import Company, invoke_dbt

AS_OF = "2026-06-20"
# The last event lands in a second file, after which only what it touches has to be tested.
LAST_LEAD = "late"
DOUBLED_EVENT = f"""
insert into raw.lead_events
select * replace (row_number + 1000 as row_number) from raw.lead_events where lead_id = '{LAST_LEAD}'
"""
DOUBLED_TYPE = f"""
insert into intermediate.int_lead_touches
from intermediate.int_lead_touches where lead_id = '{LAST_LEAD}'
"""
MISSING_STEP = f"""
update intermediate.int_lead_touches set step_number = step_number + 1 where lead_id = '{LAST_LEAD}'
"""
DOUBLED_DEAL_EVENT = """
insert into raw.deal_events select * replace (row_number + 1000 as row_number) from raw.deal_events;
insert into staging.stg_raw__deal_dispositions
select * replace (row_number + 1000 as row_number) from staging.stg_raw__deal_dispositions
"""
MORE_QUARANTINED = """
insert into staging.quarantined_events
select quarantined_events.* replace ('lead_events' as feed) from staging.quarantined_events cross join range(110)
"""
SLICES = "update marts.fct_sla_daily_cumulative set target_daily = target_daily + 1 where target_daily is not null"
CORRUPTIONS = [
    ("assert_stg_raw__events__accepted_ids_are_unique", DOUBLED_EVENT, 0),
    ("assert_stg_raw__events__accepted_ids_are_unique", DOUBLED_EVENT, 1),
    ("assert_stg_raw__events__accepted_ids_are_unique", DOUBLED_DEAL_EVENT, 2),
    ("assert_stg_raw__events__rows_are_conserved", f"delete from raw.lead_events where lead_id = '{LAST_LEAD}'", 0),
    ("assert_quarantined_events__share_within_threshold", MORE_QUARANTINED, 0),
    ("assert_int_lead_touches__types_are_held_once", DOUBLED_TYPE, 0),
    ("assert_int_lead_touches__types_are_held_once", DOUBLED_TYPE, 1),
    ("assert_int_lead_touches__steps_climb", MISSING_STEP, 0),
    ("assert_int_lead_touches__steps_climb", MISSING_STEP, 1),
    (
        "assert_int_credit_ledger__counts_every_lead_once",
        "delete from intermediate.int_credit_ledger",
        0,
    ),
    ("assert_fct_sla_daily__equals_ledger", "update marts.fct_sla_daily set leads = leads + 1", 0),
    ("assert_fct_sla_daily_cumulative__slices_make_the_target", SLICES, 0),
    (
        "assert_fct_sla_daily_cumulative__spine_is_complete",
        f"delete from marts.fct_sla_daily_cumulative where date = '{AS_OF}'",
        0,
    ),
    ("assert_fct_close_rates__grid_is_complete", "delete from marts.fct_close_rates where method = 'matured'", 0),
    ("assert_fct_close_rates__intervals_hold_the_rate", "update marts.fct_close_rates set close_rate = null", 0),
    (
        "assert_rpt_sla_gap_drivers__effects_add_up",
        "update marts.rpt_sla_gap_drivers set mix_effect = mix_effect + 1",
        0,
    ),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Company:
    company = Company(tmp_path_factory.mktemp("built"))
    company.seed("sla_definitions", [sla("leads_all"), sla("points_all", "points")])
    months = [f"2026-{month:02}-01" for month in (4, 5, 6)]
    company.seed("sla_targets", [target(name, month, 90) for name in ("leads_all", "points_all") for month in months])
    company.drop_file(
        "lead_events", [*leads(60, "demo", "2026-03-04"), *leads(50, "whitepaper", "2026-06-10")], "1.csv"
    )
    company.drop_file("deal_events", [won("demo-2026-03-04-0", "2026-04-01"), won("nobody", "2026-04-01")])
    company.land()
    company.drop_file("lead_events", [lead(LAST_LEAD, "whitepaper", "2026-06-11")], "2.csv")
    company.refresh(AS_OF)
    return company


def select_rows(company: Company, test: str, tested: int) -> None:
    """Run one test; an AssertionError says that it found rows."""
    variables = f"{{as_of_date: '{AS_OF}', {TESTED}: {tested}, max_quarantined_share: 0.9}}"
    invoke_dbt(company.settings, ["test", "--select", test, "--vars", variables])


def test_every_sql_test_is_meddled_with() -> None:
    there = {path.stem for path in (PROJECT_DIR / "tests" / "dbt").rglob("assert_*.sql")}
    assert {test for test, _, _ in CORRUPTIONS} == there


@pytest.mark.parametrize(
    ("test", "meddling", "tested"), CORRUPTIONS, ids=[f"{test}-{tested}" for test, _, tested in CORRUPTIONS]
)
def test_sql_test_fails_once_somebody_has_meddled(
    built: Company, tmp_path: Path, test: str, meddling: str, tested: int
) -> None:
    select_rows(built, test, tested)
    shutil.copytree(built.settings.home, tmp_path / "meddled")
    company = Company.at(tmp_path / "meddled")
    with company.warehouse() as connection:
        connection.execute(meddling)
    with pytest.raises(AssertionError, match=test):
        select_rows(company, test, tested)
