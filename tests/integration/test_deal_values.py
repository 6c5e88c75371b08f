"""What a lead is worth: deal values by type, and rates that nobody can know yet, through the models."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.cases import agreed, lead, leads, sla, won
from tests.support.harness import Company


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


def cards(company: Company, period: str = "2026-03-01") -> dict[str, dict[str, Any]]:
    rows = company.query(f"select * from marts.fct_rate_cards where period_start = '{period}'")
    return {row["event_type"]: row for row in rows}


def ten_deals(company: Company) -> None:
    """20 demos, 3 of which bring 27,000 each, and 20 whitepapers, 7 of which bring 60 each."""
    demos, papers = list(leads(20, "demo", "2026-01-10")), list(leads(20, "whitepaper", "2026-01-10"))
    company.drop_file("lead_events", [*demos, *papers])
    deals = [won(each["lead_id"], "2026-01-20", amount=27_000) for each in demos[:3]]
    deals += [won(each["lead_id"], "2026-01-20", amount=60) for each in papers[:7]]
    company.drop_file("deal_events", deals)


def test_each_type_is_worth_its_own_deals_moved_toward_all_by_ten_customers(company: Company) -> None:
    ten_deals(company)
    company.refresh("2026-03-31", select="+fct_rate_cards", shrinkage_leads=0)
    found = cards(company)
    mean = (3 * 27_000 + 7 * 60) / 10
    assert found["demo"]["average_deal_value"] == pytest.approx((81_000 + 10 * mean) / 13)
    assert found["whitepaper"]["average_deal_value"] == pytest.approx((420 + 10 * mean) / 17)
    assert found["webinar"]["average_deal_value"] == pytest.approx(mean)
    assert found["demo"]["value"] == pytest.approx(3 / 20 * (81_000 + 10 * mean) / 13)
    company.build("2026-03-31", select="+fct_rate_cards", shrinkage_leads=0, value_shrinkage_customers=0)
    found = cards(company)
    values = [found[each]["average_deal_value"] for each in ("demo", "whitepaper", "webinar")]
    assert values == [pytest.approx(27_000), pytest.approx(60), None]


def test_an_agreed_deal_value_goes_before_the_calibrated_one(company: Company) -> None:
    company.seed(
        "agreed_rate_card",
        [agreed("demo", 0.1, "2026-01-01", average_deal_value=30_000), agreed("whitepaper", 0.02, "2026-01-01")],
    )
    ten_deals(company)
    company.refresh("2026-03-31", select="+fct_rate_cards")
    found = cards(company)
    assert (found["demo"]["average_deal_value"], found["demo"]["value"]) == (30_000, pytest.approx(3_000))
    assert found["whitepaper"]["average_deal_value"] == pytest.approx((420 + 10 * 8_142) / 17)


def test_a_plan_without_a_deal_value_takes_what_a_customer_of_the_mix_brings(company: Company) -> None:
    company.seed(
        "agreed_rate_card",
        [
            agreed("demo", 0.1, "2026-01-01", average_deal_value=27_000),
            agreed("whitepaper", 0.01, "2026-01-01", average_deal_value=60),
        ],
    )
    company.seed("sla_definitions", [sla(unit, unit, goal_basis="plan") for unit in ("leads", "value")])
    company.seed("revenue_plan", [{"period_start": "2026-03-01", "segment": "all", "new_revenue": 540_600}])
    company.drop_file("lead_events", [*leads(20, "demo", "2026-02-05"), *leads(100, "whitepaper", "2026-02-06")])
    company.refresh("2026-03-31", select="+fct_sla_goals")
    [mix] = company.query(
        "select * from marts.fct_weighted_close_rates where period_start = '2026-03-01' and segment = 'all'"
    )
    # Of 120 leads 2 demos and 1 whitepaper become customers: (2 x 27,000 + 60) / 3, and 3 of 120 leads.
    assert mix["average_deal_value"] == pytest.approx(18_020)
    goals = company.query("select sla_id, plan from marts.fct_sla_goals where period_start = '2026-03-01'")
    assert {row["sla_id"]: row["plan"] for row in goals} == {"leads": 30 / 0.025, "value": pytest.approx(540_600)}


def test_nine_leads_of_which_six_won_are_worth_what_was_observed_and_not_nothing(company: Company) -> None:
    nine = list(leads(9, "demo", "2026-01-10"))
    company.drop_file("lead_events", nine)
    company.drop_file("deal_events", [won(each["lead_id"], "2026-01-20", amount=500) for each in nine[:6]])
    company.refresh("2026-02-28", select="+fct_rate_cards")
    rates = company.query(
        "select method, leads, customers, close_rate, close_rate_high, shrunk_close_rate from marts.fct_close_rates "
        "where period_start = '2026-02-01' and segment = 'all' and event_type = 'demo'"
    )
    found = {row.pop("method"): row for row in rates}
    unknown = {"leads": 9, "customers": None, "close_rate": None, "close_rate_high": None, "shrunk_close_rate": None}
    assert found["kaplan_meier"] == found["life_table"] == unknown
    assert found["observed"]["close_rate"] == pytest.approx(6 / 9)
    card = cards(company, "2026-02-01")["demo"]
    assert (card["rate_source"], card["points"]) == ("observed", pytest.approx(100 * 6 / 9))
    company.drop_file("lead_events", leads(1, "demo", "2026-01-11"), "tenth.csv")
    company.refresh("2026-02-28", select="+fct_rate_cards")
    card = cards(company, "2026-02-01")["demo"]
    assert (card["rate_source"], card["points"]) == ("kaplan_meier", pytest.approx(60))


def test_what_happens_from_the_first_of_a_month_on_changes_no_card_of_it(company: Company) -> None:
    ten_deals(company)
    company.refresh("2026-03-31", select="+fct_weighted_close_rates")
    tables = ("fct_close_rates", "fct_rate_cards", "fct_weighted_close_rates")
    read = "select * from marts.{} where period_start <= '2026-02-01' order by all"
    before = [company.query(read.format(table)) for table in tables]
    company.drop_file(
        "lead_events",
        [*leads(40, "demo", "2026-02-01"), lead("demo-2026-01-10-19", "webinar", "2026-02-01")],
        "later.csv",
    )
    reopened = {"deal_id": "deal-demo-2026-01-10-0", "lead_id": "demo-2026-01-10-0", "stage": "lost"}
    company.drop_file(
        "deal_events",
        [won("demo-2026-01-10-19", "2026-02-01", amount=9), {**reopened, "occurred_at": "2026-02-01"}],
        "later.csv",
    )
    company.refresh("2026-03-31", select="+fct_weighted_close_rates")
    assert [company.query(read.format(table)) for table in tables] == before
    assert company.query("select 1 from marts.fct_rate_cards where period_start > '2026-02-01' and points > 0")
