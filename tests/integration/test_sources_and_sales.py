"""Where leads come from, what was won, what is open, and quarters and years, through the models."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.support.cases import agreed, lead, leads, sla, target, won
from tests.support.harness import Company


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


def sources(company: Company, kind: str, period: str = "2026-03-01") -> dict[str, dict[str, Any]]:
    rows = company.query(
        f"select * from marts.fct_source_close_rates where period_start = '{period}' and source_kind = '{kind}'"
    )
    return {row["source"]: row for row in rows}


def fairs_and_searches(company: Company) -> None:
    """20 leads of a fair, 5 of which close with 900 each but one, and 12 of paid search, 2 of which became demos."""
    company.seed("agreed_rate_card", [agreed("demo", 0.10, "2025-01-01"), agreed("whitepaper", 0.01, "2025-01-01")])
    fair = list(leads(20, "demo", "2026-01-10", channel="fair", landing_page="/fair"))
    paid = list(leads(12, "whitepaper", "2026-01-10", channel="paid", landing_page="/pricing"))
    later = [lead(each["lead_id"], "demo", "2026-02-10", channel="mail") for each in paid[:2]]
    company.drop_file("lead_events", [*fair, *paid, *later, lead("none", "demo", "2026-02-01")])
    deals = [won(each["lead_id"], "2026-01-20", amount=900) for each in fair[:4]]
    company.drop_file("deal_events", [*deals, won(fair[4]["lead_id"], "2026-01-20")])


def test_a_lead_s_source_is_that_of_its_first_qualifying_event_and_has_its_own_close_rate(company: Company) -> None:
    fairs_and_searches(company)
    company.refresh("2026-03-31", select="+fct_source_close_rates")
    channels = sources(company, "channel")
    assert set(channels) == {"fair", "paid", "unknown"}
    fair, paid, unknown = channels["fair"], channels["paid"], channels["unknown"]
    assert (fair["leads"], fair["customers"], fair["close_rate"]) == (20, pytest.approx(5), pytest.approx(0.25))
    assert fair["close_rate_low"] == pytest.approx(0.1119, abs=5e-5)
    assert (fair["points"], fair["won_value"]) == (pytest.approx(200), pytest.approx(3_600))
    assert (paid["leads"], paid["close_rate"], paid["won_value"]) == (12, 0, 0)
    assert paid["points"] == pytest.approx(2 * 10 + 10 * 1)
    # One lead is too few to know.
    assert (unknown["leads"], unknown["customers"], unknown["close_rate"]) == (1, None, None)
    pages = sources(company, "landing_page")
    assert {name: row["leads"] for name, row in pages.items()} == {"/fair": 20, "/pricing": 12, "unknown": 1}


def test_the_largest_sources_have_a_row_and_the_others_are_one(company: Company) -> None:
    sizes = {"a": 4, "b": 3, "c": 3, "d": 1, "e": 1}
    events = [row for name, size in sizes.items() for row in leads(size, "demo", "2026-01-10", name, channel=name)]
    company.drop_file("lead_events", events)
    company.refresh("2026-03-31", select="+fct_source_close_rates", source_limit=2)
    assert {name: row["leads"] for name, row in sources(company, "channel").items()} == {"a": 4, "b": 3, "other": 5}


def test_what_happens_from_the_first_of_a_month_on_changes_no_source_of_it(company: Company) -> None:
    fairs_and_searches(company)
    company.refresh("2026-03-31", select="+fct_source_close_rates")
    read = "select * from marts.fct_source_close_rates where period_start <= '2026-03-01' order by all"
    before = company.query(read)
    paid = [f"whitepaper-2026-01-10-{number}" for number in range(12)]
    company.drop_file("lead_events", leads(30, "demo", "2026-03-01", channel="new"), "later.csv")
    company.drop_file("deal_events", [won(name, "2026-03-02", amount=5) for name in paid], "later.csv")
    company.refresh("2026-04-30", select="+fct_source_close_rates")
    assert company.query(read) == before
    assert set(sources(company, "channel", "2026-04-01")) == {"fair", "paid", "unknown", "new"}


def test_won_deals_and_the_open_pipeline_are_of_the_lead_s_segment(company: Company) -> None:
    company.seed("exchange_rates", [{"currency": "EUR", "effective_from": "2026-03-01", "rate": 1.2}])
    company.drop_file("lead_events", [*leads(3, "demo", "2026-01-10", "l", segment="emea")])
    opened = {"stage": "proposal", "occurred_at": "2026-03-01"}
    company.drop_file(
        "deal_events",
        [
            won("l-0", "2026-02-19", amount=500),
            {**won("l-0", "2026-02-25", amount=700), "deal_id": "second"},
            {"deal_id": "no lead", "stage": "won", "amount": 100, "occurred_at": "2026-02-26"},
            {"deal_id": "open", "lead_id": "l-1", "amount": 1000, "currency": "EUR", **opened},
            {"deal_id": "no amount", "lead_id": "l-2", "stage": "proposal", "occurred_at": "2026-03-11"},
        ],
    )
    company.refresh("2026-03-31", select="+fct_won_deals_monthly +rpt_open_pipeline")
    deals = company.query("select * from marts.fct_won_deals_monthly order by segment")
    assert [tuple(row.values()) for row in deals] == [
        (date(2026, 2, 1), "all", 3, 1, 1300, pytest.approx(1300 / 3), 40),
        (date(2026, 2, 1), "emea", 2, 1, 1200, 600, 40),
        (date(2026, 2, 1), "unassigned", 1, 0, 100, 100, None),
    ]
    [pipeline] = company.query("select * from marts.rpt_open_pipeline")
    assert (pipeline["stage"], pipeline["segment"], pipeline["deals"]) == ("proposal", "emea", 2)
    assert (pipeline["amount"], pipeline["median_age_days"]) == (pytest.approx(1200), 25)


def test_a_quarter_adds_up_its_months_and_has_no_goal_when_one_of_them_has_none(company: Company) -> None:
    company.seed("sla_definitions", [sla("a"), sla("b")])
    months = ("2026-01-01", "2026-02-01", "2026-03-01")
    company.seed("sla_targets", [target("a", month, 10) for month in months] + [target("b", months[0], 10)])
    counts = {"2026-01-10": 12, "2026-02-10": 9, "2026-03-10": 4}
    company.drop_file("lead_events", [row for day, count in counts.items() for row in leads(count, "demo", day)])
    company.refresh("2026-03-15", select="+fct_sla_periods")
    rows = company.query("select * from marts.fct_sla_periods where grain = 'quarter' order by sla_id")
    assert [(row["actual"], row["target"], row["months_met"], row["is_complete"]) for row in rows] == [
        (25, 30, 1, False),
        (25, None, 1, False),
    ]
    assert rows[0]["attainment_rate"] == pytest.approx(25 / 30)
