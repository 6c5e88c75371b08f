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
RATES = "update marts.fct_close_rates set "
CARDS = "update marts.fct_rate_cards set "

FAILING = {
    "days that are missing at the end of the month": (
        "delete from marts.fct_sla_daily_cumulative where sla_id = 'points_all' and date > '2026-11-25'",
        {
            "every_sla_has_every_day": "in 1 case in marts.fct_sla_daily_cumulative: sla_id=points_all, "
            "period_start=2026-11-01, missing_days=5, first_missing_day=2026-11-26.",
            "elapsed_share_ends_at_one": "sla_id=points_all, period_start=2026-11-01, last_elapsed_share=0.8333",
        },
    ),
    "an earlier period that is missing for every SLA": (
        "delete from marts.fct_sla_daily_cumulative where date < '2026-11-01'",
        {
            "every_sla_has_every_day": "in 3 cases in marts.fct_sla_daily_cumulative: sla_id=leads_all, "
            "period_start=2026-10-01, missing_days=31, first_missing_day=2026-10-01; sla_id=points_all",
            "ledger_conserves": "sla_id=leads_all, period_start=2026-10-01, booked=62, actual_cumulative=None",
        },
    ),
    "an SLA without a status, and two with the status of another day": (
        "delete from marts.rpt_sla_status where sla_id = 'value_emea';"
        "update marts.rpt_sla_status set date = '2026-11-21' where sla_id = 'leads_all';"
        "update marts.rpt_sla_status set as_of_date = '2026-11-21' where sla_id = 'points_all';",
        {
            "every_sla_has_a_status": "in 3 cases in marts.rpt_sla_status: "
            "sla_id=leads_all, as_of_date=2026-11-22, date=2026-11-21, expected_date=2026-11-22; "
            "sla_id=points_all, as_of_date=2026-11-21, date=2026-11-22, expected_date=2026-11-22; "
            "sla_id=value_emea, as_of_date=None, date=None, expected_date=2026-11-22."
        },
    ),
    "goals that end a millionth short, get lost, and come out of nowhere": (
        DAILY
        + "target_cumulative = target * (1 - 1e-6) where sla_id = 'leads_all' and date = '2026-10-31';"
        + DAILY
        + "target_cumulative = null where sla_id = 'points_all' and date = '2026-10-31';"
        + DAILY
        + "target = null where sla_id = 'value_emea' and date = '2026-10-31';",
        {
            "goal_ends_at_target": "in 3 cases in marts.fct_sla_daily_cumulative: "
            "sla_id=leads_all, date=2026-10-31, target=90.3, target_cumulative=90.2999097; "
            "sla_id=points_all, date=2026-10-31, target=90.3, target_cumulative=None; "
            "sla_id=value_emea, date=2026-10-31, target=None, target_cumulative=90.3."
        },
    ),
    "a goal that is not finite": (
        DAILY + "target = 'inf', target_cumulative = 'inf' where sla_id = 'leads_all' and period_start = '2026-10-01'",
        {"goal_ends_at_target": "sla_id=leads_all, date=2026-10-31, target=inf, target_cumulative=inf"},
    ),
    "a cumulative actual that skips a day, and an actual that is no number": (
        DAILY
        + "actual_cumulative = actual_cumulative - 2 where sla_id = 'leads_all' and date = '2026-11-03';"
        + DAILY
        + "actual = 'nan' where sla_id = 'points_all' and date = '2026-11-22';",
        {
            "actual_adds_up": "in 2 cases in marts.fct_sla_daily_cumulative: "
            "sla_id=leads_all, date=2026-11-03, actual_cumulative=4, sum_of_actual=6; "
            "sla_id=points_all, date=2026-11-22, actual_cumulative=2.2, sum_of_actual=nan."
        },
    ),
    "a day without an actual": (
        DAILY + "actual = null where sla_id = 'leads_all' and date = '2026-11-01'",
        {
            "actuals_reach_as_of_date": "in 1 case in marts.fct_sla_daily_cumulative: sla_id=leads_all, "
            "date=2026-11-01, actual=None, actual_cumulative=2",
            "actual_adds_up": "in 22 cases",
        },
    ),
    "a day without a status, and an actual after as_of_date": (
        DAILY
        + "status = null where sla_id = 'leads_all' and date = '2026-11-03';"
        + DAILY
        + "actual = 0 where sla_id = 'points_all' and date = '2026-11-23';",
        {
            "actuals_reach_as_of_date": "in 2 cases in marts.fct_sla_daily_cumulative: "
            "sla_id=leads_all, date=2026-11-03, actual=2, actual_cumulative=6, status=None; "
            "sla_id=points_all, date=2026-11-23, actual=0, actual_cumulative=None, status=None."
        },
    ),
    "a day whose status, elapsed share and probability cannot be": (
        DAILY + "status = 'fine', elapsed_share = 1.01, hit_probability = 50 "
        "where sla_id = 'leads_all' and date = '2026-11-03'",
        {
            "statuses_are_known": "in 1 case in marts.fct_sla_daily_cumulative: "
            "sla_id=leads_all, date=2026-11-03, status=fine.",
            "elapsed_shares_are_ratios": "sla_id=leads_all, date=2026-11-03, elapsed_share=1.01",
            "hit_probabilities_are_ratios": "sla_id=leads_all, date=2026-11-03, hit_probability=50",
        },
    ),
    "a segment that is spelled differently from that of the leads, and one that nobody has heard of": (
        "update marts.dim_slas set segment = 'EMEA' where sla_id = 'value_emea';"
        "update marts.dim_slas set segment = 'antarctica' where sla_id = 'points_all';",
        {
            "segments_of_slas_have_leads": "in 2 cases in marts.dim_slas: sla_id=points_all, segment=antarctica, "
            "spelled_alike=None; sla_id=value_emea, segment=EMEA, spelled_alike=emea."
        },
    ),
    "months that do not end": (
        DAILY
        + "elapsed_share = 0.99 where sla_id = 'leads_all' and date = '2026-10-31';"
        + DAILY
        + "elapsed_share = null where sla_id = 'points_all' and date = '2026-10-31';",
        {
            "elapsed_share_ends_at_one": "in 2 cases in marts.fct_sla_daily_cumulative: "
            "sla_id=leads_all, period_start=2026-10-01, last_elapsed_share=0.99; "
            "sla_id=points_all, period_start=2026-10-01, last_elapsed_share=None."
        },
    ),
    "close rates in percent, beside their interval, without one, shrunk below zero, with one out of range": (
        RATES
        + "close_rate = 5 where method = 'observed' and period_start = '2026-10-01';"
        + RATES
        + "close_rate_low = 0.051 where method = 'kaplan_meier' and period_start = '2026-10-01';"
        + RATES
        + "close_rate_high = null where method = 'observed' and period_start = '2026-11-01';"
        + RATES
        + "shrunk_close_rate = -0.1 where method = 'kaplan_meier' and period_start = '2026-11-01';"
        + RATES
        + "close_rate_low = -0.2 where method = 'any_touch' and period_start = '2026-10-01';"
        + RATES
        + "close_rate_high = 1.2 where method = 'any_touch' and period_start = '2026-11-01';",
        {
            "close_rates_are_ratios": "in 1 case in marts.fct_close_rates: period_start=2026-10-01, segment=all, "
            "event_type=demo, method=observed, close_rate=5.",
            "shrunk_close_rates_are_ratios": "in 1 case in marts.fct_close_rates: period_start=2026-11-01, "
            "segment=all, event_type=demo, method=kaplan_meier, shrunk_close_rate=-0.1.",
            "intervals_hold_the_close_rate": "in 5 cases in marts.fct_close_rates: period_start=2026-10-01, "
            "segment=all, event_type=demo, method=any_touch, close_rate_low=-0.2, close_rate=0.05, "
            "close_rate_high=0.1118; period_start=2026-10-01, "
            "segment=all, event_type=demo, method=kaplan_meier, close_rate_low=0.051, close_rate=0.05, "
            "close_rate_high=0.1118;",
        },
    ),
    "card rates in percent, points that do not follow, and points without a rate": (
        CARDS
        + "close_rate = 7, points = 700 where event_type = 'demo' and period_start = '2026-10-01';"
        + CARDS
        + "points = 8 where event_type = 'demo' and period_start = '2026-11-01';"
        + CARDS
        + "close_rate = null where event_type = 'webinar' and period_start = '2026-11-01';"
        + "update marts.fct_weighted_close_rates set weighted_close_rate = 7 "
        "where segment = 'emea' and period_start = '2026-11-01';",
        {
            "card_rates_are_ratios": "in 1 case in marts.fct_rate_cards: period_start=2026-10-01, event_type=demo, "
            "close_rate=7.",
            "points_follow_the_close_rate": "in 2 cases in marts.fct_rate_cards: "
            "period_start=2026-11-01, event_type=demo, close_rate=0.07, points=8; "
            "period_start=2026-11-01, event_type=webinar, close_rate=None, points=7.",
            "weighted_close_rates_are_ratios": "in 1 case in marts.fct_weighted_close_rates: "
            "period_start=2026-11-01, segment=emea, weighted_close_rate=7.",
        },
    ),
    "bookings that never reached the chart, one of them after as_of_date": (
        "insert into marts.fct_sla_daily values ('value_emea', '2026-11-22', 'webinar', 1, 0, 5);"
        "insert into marts.fct_sla_daily values ('leads_all', '2026-11-23', 'webinar', 1, 0, 0);",
        {
            "ledger_conserves": "in 2 cases in marts.fct_sla_daily: "
            "sla_id=leads_all, period_start=2026-11-01, booked=45, actual_cumulative=44; "
            "sla_id=value_emea, period_start=2026-11-01, booked=446.1, actual_cumulative=441.1."
        },
    ),
    "a landed row that nobody can find": (
        "update marts.rpt_data_quality set row_count = 11 where feed = 'lead_events' and reason = 'landed'",
        {
            "landed_rows_are_conserved": "in 1 case in marts.rpt_data_quality: feed=lead_events, landed=11, "
            "accepted=7, replayed=1, quarantined=2."
        },
    ),
}
PASSING = {
    "the marts as they are": "",
    "no target, a target of zero, and a goal that a catch-up has lowered": (
        DAILY
        + "target = null, target_cumulative = null where sla_id = 'leads_all';"
        + DAILY
        + "target = 0, target_cumulative = 0 where sla_id = 'points_all';"
        + DAILY
        + "target_cumulative = 95 where sla_id = 'value_emea' and date = '2026-10-30';"
    ),
    "a month without a working day, no forecast, and types without a rate": (
        DAILY + "elapsed_share = null, target = null, target_cumulative = null "
        "where sla_id = 'leads_all' and period_start = '2026-10-01';"
        + DAILY
        + "hit_probability = null;"
        + CARDS
        + "close_rate = null, points = null;"
    ),
    "the last digits of a sum of doubles": (
        DAILY + "target_cumulative = target_cumulative * (1 + 1e-12), "
        "actual_cumulative = actual_cumulative * (1 + 1e-12), elapsed_share = elapsed_share * (1 + 1e-12);"
        + RATES
        + "close_rate = 1 + 1e-12, close_rate_high = 1 where method = 'observed';"
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
    spoilt = copy(built, tmp_path)
    write(spoilt, statement)
    found = failures(run_suite(spoilt, mart_suite(AS_OF)))
    assert found.keys() == expected.keys()
    for name, words in expected.items():
        assert words in found[name].what


@pytest.mark.parametrize("case", PASSING)
def test_mart_suite_accepts(case: str, built: Settings, tmp_path: Path) -> None:
    accepted = copy(built, tmp_path)
    write(accepted, PASSING[case])
    assert failures(run_suite(accepted, mart_suite(AS_OF))) == {}


def test_mart_suite_accepts_a_company_without_a_single_lead(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    write(settings, MART_SCHEMA, MART_CHART)
    assert failures(run_suite(settings, mart_suite(AS_OF))) == {}


def test_mart_suite_wants_the_days_of_as_of_date_even_if_nothing_was_built(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    write(settings, MART_SCHEMA, "delete from marts.fct_sla_goals")
    found = failures(run_suite(settings, mart_suite(AS_OF)))
    assert found.keys() == {"every_sla_has_every_day", "every_sla_has_a_status"}
    assert "sla_id=leads_all, period_start=2026-11-01, missing_days=30" in found["every_sla_has_every_day"].what


def test_mart_suite_blocks_whatever_is_wrong_with_the_marts() -> None:
    assert [check.name for check in mart_suite(AS_OF).checks if check.severity != "error"] == [
        "segments_of_slas_have_leads"
    ]
