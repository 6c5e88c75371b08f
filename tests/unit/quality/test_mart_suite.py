"""The suite of the second boundary: for every check marts that pass and marts that do not."""

from pathlib import Path

import pytest

from lead_sla.quality.marts import mart_suite
from lead_sla.quality.runner import run_suite
from lead_sla.settings import Settings
from tests.unit.quality.warehouses import (
    AS_OF,
    MART_CHART,
    MART_ROWS,
    MART_SCHEMA,
    copy,
    failures,
    settings_of,
    write,
)

DAILY = "update marts.fct_sla_daily_cumulative set "
CARDS = "update marts.fct_rate_cards set "

FAILING = {
    "bookings that are missing for every day of an earlier period": (
        "delete from marts.fct_sla_daily_cumulative where date < '2026-11-01'",
        {
            "daily_credit_equals_cumulative_actual": "sla_id=leads_all, period_start=2026-10-01, daily_credit=62, "
            "actual_cumulative=None"
        },
    ),
    "days that are missing at the end of the month": (
        "delete from marts.fct_sla_daily_cumulative where sla_id = 'points_all' and date > '2026-11-25'",
        {"elapsed_share_ends_at_one": "sla_id=points_all, period_start=2026-11-01, last_elapsed_share=0.8333"},
    ),
    "an SLA without a status, and two with the status of another day": (
        "delete from marts.rpt_sla_status where sla_id = 'value_emea';"
        "update marts.rpt_sla_status set date = '2026-11-21' where sla_id = 'leads_all';"
        "update marts.rpt_sla_status set as_of_date = '2026-11-21' where sla_id = 'points_all';",
        {
            "every_sla_has_a_status": "3 failures in marts.rpt_sla_status: "
            "sla_id=leads_all, as_of_date=2026-11-22, date=2026-11-21, expected_date=2026-11-22; "
            "sla_id=points_all, as_of_date=2026-11-21, date=2026-11-22, expected_date=2026-11-22; "
            "sla_id=value_emea, as_of_date=None, date=None, expected_date=2026-11-22."
        },
    ),
    "a cumulative actual that skips a day, and an actual that is not a number": (
        DAILY
        + "actual_cumulative = actual_cumulative - 2 where sla_id = 'leads_all' and date = '2026-11-03';"
        + DAILY
        + "actual = 'nan' where sla_id = 'points_all' and date = '2026-11-22';",
        {
            "actual_cumulative_is_running_total": "2 failures in marts.fct_sla_daily_cumulative: "
            "sla_id=leads_all, date=2026-11-03, actual_cumulative=4, running_total=6; "
            "sla_id=points_all, date=2026-11-22, actual_cumulative=2.2, running_total=nan."
        },
    ),
    "a day without an actual": (
        DAILY + "actual = null where sla_id = 'leads_all' and date = '2026-11-01'",
        {
            "actuals_end_on_as_of_date": "1 failure in marts.fct_sla_daily_cumulative: sla_id=leads_all, "
            "date=2026-11-01, actual=None, actual_cumulative=2",
            "actual_cumulative_is_running_total": "22 failures",
        },
    ),
    "a day without a status, and an actual after as_of_date": (
        DAILY
        + "status = null where sla_id = 'leads_all' and date = '2026-11-03';"
        + DAILY
        + "actual = 0 where sla_id = 'points_all' and date = '2026-11-23';",
        {
            "actuals_end_on_as_of_date": "2 failures in marts.fct_sla_daily_cumulative: "
            "sla_id=leads_all, date=2026-11-03, actual=2, actual_cumulative=6, status=None; "
            "sla_id=points_all, date=2026-11-23, actual=0, actual_cumulative=None, status=None."
        },
    ),
    "a segment that is spelled differently from that of the leads, and one that nobody has heard of": (
        "update marts.dim_slas set segment = 'EMEA' where sla_id = 'value_emea';"
        "update marts.dim_slas set segment = 'antarctica' where sla_id = 'points_all';",
        {
            "sla_segments_have_leads": "2 failures in marts.dim_slas: sla_id=points_all, segment=antarctica, "
            "similar_segment=None; sla_id=value_emea, segment=EMEA, similar_segment=emea."
        },
    ),
    "months that do not end": (
        DAILY
        + "elapsed_share = 0.99 where sla_id = 'leads_all' and date = '2026-10-31';"
        + DAILY
        + "elapsed_share = null where sla_id = 'points_all' and date = '2026-10-31';",
        {
            "elapsed_share_ends_at_one": "2 failures in marts.fct_sla_daily_cumulative: "
            "sla_id=leads_all, period_start=2026-10-01, last_elapsed_share=0.99; "
            "sla_id=points_all, period_start=2026-10-01, last_elapsed_share=None."
        },
    ),
    "points that do not match the rate, and points without one": (
        CARDS
        + "points = 8 where event_type = 'demo' and period_start = '2026-11-01';"
        + CARDS
        + "close_rate = null where event_type = 'webinar' and period_start = '2026-11-01';",
        {
            "points_match_close_rate": "2 failures in marts.fct_rate_cards: "
            "period_start=2026-11-01, event_type=demo, close_rate=0.07, points=8; "
            "period_start=2026-11-01, event_type=webinar, close_rate=None, points=7."
        },
    ),
    "bookings that never reached the chart, one of them after as_of_date": (
        "insert into marts.fct_sla_daily values ('value_emea', '2026-11-22', 'webinar', 1, 0, 5);"
        "insert into marts.fct_sla_daily values ('leads_all', '2026-11-23', 'webinar', 1, 0, 0);",
        {
            "daily_credit_equals_cumulative_actual": "2 failures in marts.fct_sla_daily: "
            "sla_id=leads_all, period_start=2026-11-01, daily_credit=45, actual_cumulative=44; "
            "sla_id=value_emea, period_start=2026-11-01, daily_credit=446.1, actual_cumulative=441.1."
        },
    ),
}
PASSING = {
    "the marts as they are": "",
    "a month without a working day, and types without a rate": (
        DAILY
        + "elapsed_share = null where sla_id = 'leads_all' and period_start = '2026-10-01';"
        + CARDS
        + "close_rate = null, points = null;"
    ),
    "the last digits of a sum of doubles": (
        DAILY + "actual_cumulative = actual_cumulative * (1 + 1e-12), elapsed_share = elapsed_share * (1 + 1e-12);"
    ),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = settings_of(tmp_path_factory.mktemp("built"))
    write(settings, MART_SCHEMA, MART_ROWS, MART_CHART)
    return settings


@pytest.mark.parametrize("case", FAILING)
def test_mart_suite_finds(case: str, built: Settings, tmp_path: Path) -> None:
    statement, expected = FAILING[case]
    corrupted = copy(built, tmp_path)
    write(corrupted, statement)
    found = failures(run_suite(corrupted, mart_suite(AS_OF)))
    assert found.keys() == expected.keys()
    for name, words in expected.items():
        assert words in found[name].found


@pytest.mark.parametrize("case", PASSING)
def test_mart_suite_accepts(case: str, built: Settings, tmp_path: Path) -> None:
    accepted = copy(built, tmp_path)
    write(accepted, PASSING[case])
    assert failures(run_suite(accepted, mart_suite(AS_OF))) == {}


def test_mart_suite_accepts_a_company_without_a_single_lead(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    write(settings, MART_SCHEMA, MART_CHART)
    assert failures(run_suite(settings, mart_suite(AS_OF))) == {}


def test_mart_suite_finds_slas_without_a_status_even_if_nothing_was_built(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    write(settings, MART_SCHEMA)
    assert failures(run_suite(settings, mart_suite(AS_OF))).keys() == {"every_sla_has_a_status"}


def test_every_check_of_the_mart_suite_has_a_case_in_which_it_fails() -> None:
    found = {name for _, expected in FAILING.values() for name in expected}
    assert found == {check.name for check in mart_suite(AS_OF).checks}


def test_mart_suite_blocks_whatever_is_wrong_with_the_marts() -> None:
    assert [check.name for check in mart_suite(AS_OF).checks if check.severity != "error"] == [
        "sla_segments_have_leads"
    ]
