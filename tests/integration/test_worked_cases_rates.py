"""The specification's worked cases on rates, cards and credit (W1, W3, W7 to W10, W14, W15), through the models."""

from datetime import date
from pathlib import Path

import pytest

from tests.support.cases import agreed, days_before, lead, leads, sla, won
from tests.support.harness import Company


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


def test_W1_ten_percent_is_ten_points_and_one_percent_is_one(company: Company) -> None:
    company.seed("agreed_rate_card", [agreed("demo", 0.10, "2026-03-01"), agreed("whitepaper", 0.01, "2026-03-01")])
    company.drop_file("lead_events", [lead("a", "demo", "2026-03-05")])
    company.refresh("2026-03-31", select="+fct_rate_cards")
    cards = company.query("select event_type, points, rate_source from marts.fct_rate_cards")
    assert {card["event_type"]: card["points"] for card in cards if card["rate_source"] == "agreed"} == {
        "demo": pytest.approx(10),
        "whitepaper": pytest.approx(1),
    }


def test_W3_the_mix_weights_the_rate_and_leads_are_rounded_up(company: Company) -> None:
    company.seed("agreed_rate_card", [agreed("demo", 0.10, "2026-01-01"), agreed("whitepaper", 0.01, "2026-01-01")])
    company.seed("sla_definitions", [sla("plan_leads", goal_basis="plan")])
    company.seed("revenue_plan", [{"period_start": "2026-03-01", "segment": "all", "customers": 20}])
    company.drop_file("lead_events", [*leads(1, "demo", "2026-02-05"), *leads(3, "whitepaper", "2026-02-06")])
    company.refresh("2026-03-31", select="+fct_sla_goals")
    [rate] = company.query(
        "select weighted_close_rate from marts.fct_weighted_close_rates "
        "where segment = 'all' and period_start = '2026-03-01'"
    )
    assert rate["weighted_close_rate"] == pytest.approx(0.0325)
    [goal] = company.query("select plan, target from marts.fct_sla_goals where period_start = '2026-03-01'")
    assert (goal["plan"], goal["target"]) == (616, 616)


def test_W7_exclusive_types_add_up_and_any_touch_overlaps(company: Company) -> None:
    company.seed("agreed_rate_card", [agreed("demo", 0.10, "2026-01-01"), agreed("whitepaper", 0.01, "2026-01-01")])
    company.seed("sla_definitions", [sla("points_all", "points")])
    both = list(leads(200, "demo", "2026-01-10", "both"))
    demo_only = list(leads(300, "demo", "2026-01-10", "demo"))
    whitepaper_only = list(leads(1500, "whitepaper", "2026-01-10", "paper"))
    also_whitepaper = list(leads(200, "whitepaper", "2026-01-05", "both"))
    company.drop_file("lead_events", [*also_whitepaper, *both, *demo_only, *whitepaper_only])
    customers = [*both[:20], *demo_only[:30], *whitepaper_only[:15]]
    company.drop_file("deal_events", [won(each["lead_id"], "2026-01-20") for each in customers])
    company.refresh("2026-02-01", select="+fct_close_rates +fct_sla_daily")

    rates = company.query(
        "select method, event_type, leads, customers, close_rate from marts.fct_close_rates "
        "where period_start = '2026-02-01' and segment = 'all' and method in ('observed', 'any_touch')"
    )
    found = {(rate["method"], rate["event_type"]): rate for rate in rates}
    assert found["observed", "whitepaper"]["close_rate"] == pytest.approx(0.01)
    assert found["observed", "demo"]["close_rate"] == pytest.approx(0.10)
    assert (found["any_touch", "whitepaper"]["customers"], found["any_touch", "whitepaper"]["leads"]) == (35, 1700)
    [booked] = company.query("select sum(points) as points, sum(leads) as leads from marts.fct_sla_daily")
    assert booked["points"] == pytest.approx(6500)
    assert booked["leads"] == 2000


def test_W8_an_upgrade_books_the_difference(company: Company) -> None:
    company.seed(
        "agreed_rate_card",
        [agreed(*row, "2026-01-01") for row in (("whitepaper", 0.01), ("webinar", 0.03), ("demo", 0.10))],
    )
    company.drop_file(
        "lead_events",
        [lead("a", "whitepaper", "2026-01-03"), lead("a", "webinar", "2026-01-10"), lead("a", "demo", "2026-02-02")],
    )
    company.refresh("2026-02-28", select="+fct_sla_daily")
    booked = company.query("select date, event_type, leads, points from marts.fct_sla_daily order by date")
    assert [(row["date"], row["event_type"], row["leads"]) for row in booked] == [
        (date(2026, 1, 3), "whitepaper", 1),
        (date(2026, 1, 10), "webinar", 0),
        (date(2026, 2, 2), "demo", 0),
    ]
    assert [row["points"] for row in booked] == [pytest.approx(1), pytest.approx(2), pytest.approx(7)]


def test_W9_kaplan_meier_counts_open_leads_only_as_long_as_they_were_seen(company: Company) -> None:
    cutoff = date(2026, 2, 28)
    open_ages = [8, 15, 15, 25, 30, 30, 30]
    company.drop_file(
        "lead_events",
        [
            *(lead(f"open-{n}", "demo", days_before(cutoff, age)) for n, age in enumerate(open_ages)),
            *(lead(f"closed-{lag}", "demo", days_before(cutoff, 25)) for lag in (5, 10, 20)),
        ],
    )
    company.drop_file("deal_events", [won(f"closed-{lag}", days_before(cutoff, 25 - lag)) for lag in (5, 10, 20)])
    company.refresh("2026-03-01", select="+fct_close_rates", minimum_at_risk=1)
    rates = company.query(
        "select method, close_rate from marts.fct_close_rates "
        "where period_start = '2026-03-01' and segment = 'all' and event_type = 'demo'"
    )
    found = {rate["method"]: rate["close_rate"] for rate in rates}
    assert found["kaplan_meier"] == pytest.approx(0.37)
    assert found["observed"] == pytest.approx(0.30)


def test_W10_wilson_intervals(company: Company) -> None:
    demos = list(leads(100, "demo", "2026-01-10"))
    company.drop_file("lead_events", [*demos, *leads(20, "webinar", "2026-01-10")])
    company.drop_file("deal_events", [won(each["lead_id"], "2026-01-20") for each in demos[:5]])
    company.refresh("2026-02-01", select="+fct_close_rates")
    rates = company.query(
        "select event_type, close_rate_low, close_rate_high from marts.fct_close_rates "
        "where period_start = '2026-02-01' and segment = 'all' and method = 'observed'"
    )
    found = {rate["event_type"]: (rate["close_rate_low"], rate["close_rate_high"]) for rate in rates}
    assert found["demo"] == (pytest.approx(0.02154, abs=5e-6), pytest.approx(0.11175, abs=5e-6))
    assert found["webinar"] == (pytest.approx(0), pytest.approx(0.16113, abs=5e-6))
    assert found["whitepaper"] == (None, None)


def test_W14_a_stamp_counts_on_its_day_in_the_business_zone(tmp_path: Path) -> None:
    company = Company(tmp_path, business_timezone="America/New_York")
    company.drop_file("lead_events", [lead("a", "demo", "2012-04-01 03:30Z")])
    company.refresh("2012-04-30", select="+fct_sla_daily")
    [booked] = company.query("select date, leads from marts.fct_sla_daily")
    assert (booked["date"], booked["leads"]) == (date(2012, 3, 31), 1)


def test_W15_a_deal_keeps_the_rate_of_the_day_it_was_won(company: Company) -> None:
    company.seed(
        "exchange_rates",
        [
            {"currency": "EUR", "effective_from": day, "rate": rate}
            for day, rate in (("2026-01-01", 1.10), ("2026-02-01", 1.05), ("2026-03-01", 1.20))
        ],
    )
    deal = {"deal_id": "d", "lead_id": "a", "amount": "10000", "currency": "EUR"}
    company.drop_file("lead_events", [lead("a", "demo", "2026-01-02")])
    company.drop_file(
        "deal_events",
        [
            {**deal, "stage": "proposal", "occurred_at": "2026-01-15"},
            {**deal, "stage": "won", "occurred_at": "2026-02-15"},
        ],
    )
    company.land()
    for as_of in ("2026-02-28", "2026-03-31"):
        company.build(as_of, select="+int_credited_leads")
        [customer] = company.query("select deal_value from intermediate.int_credited_leads")
        assert customer["deal_value"] == pytest.approx(10_500)


def test_a_type_with_fewer_leads_than_needed_has_its_observed_rate_and_not_0(company: Company) -> None:
    company.seed("sla_definitions", [sla("points_all", "points")])
    june = [lead(f"june-{n}", "demo", f"2026-06-0{n + 1}") for n in range(9)]
    november = [lead(f"november-{n}", "demo", f"2026-11-0{n + 1}") for n in range(9)]
    company.drop_file("lead_events", [*june, *november])
    company.drop_file("deal_events", [won(f"june-{n}", f"2026-07-0{n + 1}", amount="1000") for n in range(6)])
    company.refresh("2026-11-27", select="+fct_sla_daily")
    rates = company.query(
        "select method, leads, customers, close_rate, shrunk_close_rate from marts.fct_close_rates "
        "where period_start = '2026-11-01' and segment = 'all' and event_type = 'demo'"
    )
    found = {rate.pop("method"): rate for rate in rates}
    unknown = {"leads": 9, "customers": None, "close_rate": None, "shrunk_close_rate": None}
    assert found["kaplan_meier"] == unknown
    assert found["observed"] == {"leads": 9, "customers": 6, "close_rate": 6 / 9, "shrunk_close_rate": 6 / 9}
    [card] = company.query(
        "select rate_source, close_rate, points from marts.fct_rate_cards "
        "where period_start = '2026-11-01' and event_type = 'demo'"
    )
    assert card["rate_source"] == "observed"
    assert (card["close_rate"], card["points"]) == (pytest.approx(0.6667, abs=5e-5), pytest.approx(600 / 9))
    [booked] = company.query("select sum(points) as points from marts.fct_sla_daily where date >= '2026-11-01'")
    assert booked["points"] == pytest.approx(600)
