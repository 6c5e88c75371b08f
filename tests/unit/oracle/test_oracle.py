"""The independent calculation against the worked cases of the specification (section 9), so that it can be trusted."""

from datetime import date
from fractions import Fraction
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest

from tests.oracle.cases import Case, agreed, row_of, rows_of
from tests.oracle.close_rates import kaplan_meier, shrink, wilson
from tests.oracle.curves import Change, slices_of, weights_of
from tests.oracle.dates import add_months, start_of_day
from tests.oracle.inputs import SeedRow


def plan(period: str, **cells: str) -> SeedRow:
    return {"period_start": period, "segment": "all", **cells}


def one_lead_a_type(month: str, **counts: int) -> Case:
    case = Case()
    for event_type, leads in counts.items():
        for number in range(leads):
            case.lead(f"{event_type}-{number}", event_type, f"{month}-05")
    return case


def test_w1_close_rates_of_10_and_1_percent_are_worth_10_and_1_points() -> None:
    case = Case(agreed_rate_card=agreed(demo="0.1", whitepaper="0.01"))
    case.lead("a", "demo", "2026-01-05")
    tables = case.mart("2026-01-31")
    assert row_of(tables, "fct_rate_cards", event_type="demo")["points"] == pytest.approx(10)
    assert row_of(tables, "fct_rate_cards", event_type="whitepaper")["points"] == pytest.approx(1)
    assert row_of(tables, "fct_rate_cards", event_type="demo")["rate_source"] == "agreed"


def test_w2_leads_are_wanted_a_sales_cycle_before_the_customers() -> None:
    case = Case(
        agreed_rate_card=agreed(demo="0.05"),
        revenue_plan=[plan("2026-05-01", customers="20", sales_cycle_months="2")],
    )
    case.lead("a", "demo", "2026-02-05")
    goals = rows_of(case.mart("2026-05-31"), "fct_sla_goals", sla_id="leads")
    assert {str(row["period_start"]): row["target"] for row in goals} == {
        "2026-02-01": None,
        "2026-03-01": 400,
        "2026-04-01": None,
        "2026-05-01": None,
    }


def test_w3_the_weighted_rate_is_weighted_by_leads_and_the_goal_rounded_up() -> None:
    case = one_lead_a_type("2026-01", demo=1, whitepaper=3)
    case.seeds |= {
        "agreed_rate_card": agreed(demo="0.1", whitepaper="0.01"),
        "revenue_plan": [plan("2026-02-01", customers="20")],
    }
    tables = case.mart("2026-02-10")
    weighted = row_of(tables, "fct_weighted_close_rates", period_start="2026-02-01", segment="all")
    assert weighted["leads_in_mix"] == 4
    assert weighted["weighted_close_rate"] == pytest.approx(0.0325)
    assert row_of(tables, "fct_sla_goals", sla_id="leads", period_start="2026-02-01")["plan"] == 616


@pytest.mark.parametrize("whitepapers", [0, 1, 7])
def test_w4_the_points_goal_does_not_depend_on_the_mix(whitepapers: int) -> None:
    case = one_lead_a_type("2026-01", demo=2, whitepaper=whitepapers)
    case.seeds |= {"revenue_plan": [plan("2026-02-01", customers="20")]}
    goal = row_of(case.mart("2026-02-10"), "fct_sla_goals", sla_id="points", period_start="2026-02-01")
    assert goal["target"] == 2000


def test_w5_seven_customers_at_5_percent_need_140_leads() -> None:
    case = one_lead_a_type("2026-01", demo=1)
    case.seeds |= {"agreed_rate_card": agreed(demo="0.05"), "revenue_plan": [plan("2026-02-01", customers="7")]}
    goal = row_of(case.mart("2026-02-10"), "fct_sla_goals", sla_id="leads", period_start="2026-02-01")
    assert goal["target"] == 140


def test_w6_a_plan_in_money_gives_customers_leads_and_value() -> None:
    case = one_lead_a_type("2026-01", demo=1)
    row = plan("2026-02-01", new_revenue="400000", marketing_share="0.6", average_deal_value="20000")
    case.seeds |= {"agreed_rate_card": agreed(demo="0.05"), "revenue_plan": [row]}
    tables = case.mart("2026-02-10")
    targets = {row["sla_id"]: row["target"] for row in rows_of(tables, "fct_sla_goals", period_start="2026-02-01")}
    assert targets == {"leads": 240, "points": 1200, "value": 240000}


def test_w7_a_customer_is_counted_under_one_type_only() -> None:
    case = Case()
    for month in ("2026-01", "2026-02"):
        for number in range(2000):
            lead_id = f"{month}-{number}"
            if number < 1700:
                case.lead(lead_id, "whitepaper", f"{month}-02")
            if number >= 1500:
                case.lead(lead_id, "demo", f"{month}-03")
            if number < 15 or 1500 <= number < 1520 or 1700 <= number < 1730:
                case.deal(lead_id, lead_id, "won", f"{month}-10")
    tables = case.mart("2026-02-28", close_rate_method="observed", shrinkage_leads=0)
    rates = {
        (row["method"], row["event_type"]): (row["leads"], row["customers"])
        for row in rows_of(tables, "fct_close_rates", period_start="2026-02-01", segment="all")
    }
    assert rates["observed", "whitepaper"] == (1500, pytest.approx(15))
    assert rates["observed", "demo"] == (500, pytest.approx(50))
    assert rates["any_touch", "whitepaper"] == (1700, pytest.approx(35))
    assert rates["any_touch", "demo"] == (500, pytest.approx(50))
    points = row_of(tables, "fct_sla_daily_cumulative", sla_id="points", date="2026-02-28")["actual_cumulative"]
    assert points == pytest.approx(6500)


def test_w8_points_are_booked_as_deltas_on_the_day_of_the_upgrade() -> None:
    case = Case(agreed_rate_card=agreed(whitepaper="0.01", webinar="0.03", demo="0.1"))
    case.lead("a", "whitepaper", "2026-01-03")
    case.lead("a", "webinar", "2026-01-10")
    case.lead("a", "whitepaper", "2026-01-20")
    case.lead("a", "demo", "2026-02-02")
    booked = [
        (str(row["date"]), row["event_type"], row["leads"], row["points"])
        for row in rows_of(case.mart("2026-02-28"), "fct_sla_daily", sla_id="points")
    ]
    assert booked == [
        ("2026-01-03", "whitepaper", 1, pytest.approx(1)),
        ("2026-01-10", "webinar", 0, pytest.approx(2)),
        ("2026-02-02", "demo", 0, pytest.approx(7)),
    ]


def test_w9_kaplan_meier_gives_young_leads_the_time_they_have_not_had() -> None:
    ages = [60, 60, 60, 8, 15, 15, 25, 30, 30, 30]
    closes = [5, 10, 20] + [None] * 7
    assert kaplan_meier(ages, closes, 20, 1) == pytest.approx(0.37)
    assert kaplan_meier(ages, closes, 90, 1) == pytest.approx(0.37)
    assert kaplan_meier(ages, closes, 9, 1) == pytest.approx(0.1)
    assert kaplan_meier(ages, closes, 90, 6) == pytest.approx(1 - 0.9 * 7 / 8)


def test_kaplan_meier_of_leads_that_are_all_old_is_the_plain_share() -> None:
    closes = [0, 3, 3, 90, 91, None, None, None, None, None]
    assert kaplan_meier([400] * 10, closes, 90, 1) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("customers", "leads", "low", "high"), [(5, 100, 0.02154, 0.11175), (0, 20, 0, 0.16113)], ids=["5/100", "0/20"]
)
def test_w10_wilson_intervals(customers: int, leads: int, low: float, high: float) -> None:
    assert wilson(customers / leads, leads) == (pytest.approx(low, abs=5e-6), pytest.approx(high, abs=5e-6))


def test_shrinkage_pulls_toward_the_mean_and_stands_in_for_no_leads() -> None:
    assert shrink(0.2, 50, 0.1, 50) == pytest.approx(0.15)
    assert shrink(None, 0, 0.1, 50) == 0.1
    assert shrink(0.2, 50, 0.1, 0) == pytest.approx(0.2)
    assert shrink(None, 0, None, 50) is None


@pytest.mark.parametrize(
    ("pacing", "friday", "sunday"), [("calendar_days", 206.45, 232.26), ("business_days", 218.18, 218.18)]
)
def test_w11_a_goal_is_paced_by_calendar_or_by_business_days(pacing: str, friday: float, sunday: float) -> None:
    to_date = cumulative(slices_of(weights_of(date(2012, 3, 1), pacing, frozenset()), [change(1, "", 400)]))
    assert to_date[15] == pytest.approx(friday, abs=0.005)
    assert to_date[17] == pytest.approx(sunday, abs=0.005)
    assert to_date[-1] == 400


# March 2012 has 22 weekdays; the 12th of them is Friday the 16th.
def change(day: int, policy: str, amount: int | None) -> Change:
    return Change(date(2012, 3, day), policy, None if amount is None else Fraction(amount))


def cumulative(slices: object) -> list[float]:
    assert isinstance(slices, dict)
    return [float(total) for total in accumulate(slices.values())]


@pytest.mark.parametrize(
    ("policy", "at_day_11", "total"), [("prospective", 200, 450), ("retroactive", 250, 500), ("catch_up", 200, 500)]
)
def test_w12_a_goal_that_is_raised_during_the_month(policy: str, at_day_11: float, total: float) -> None:
    weights = weights_of(date(2012, 3, 1), "business_days", frozenset())
    slices = slices_of(weights, [change(16, policy, 500), change(1, "prospective", 400)])
    assert cumulative(slices)[14] == pytest.approx(at_day_11)
    assert cumulative(slices)[-1] == pytest.approx(total)
    if policy == "catch_up":
        assert slices is not None
        assert float(slices[date(2012, 3, 20)]) == pytest.approx(27.27, abs=0.005)


@pytest.mark.parametrize(
    ("changes", "total"),
    [
        ([change(5, "catch_up", 400)], 400),
        ([change(1, "", None), change(9, "prospective", 500)], None),
        ([change(1, "", 400), change(9, "prospective", None)], None),
        ([change(1, "", 400), change(9, "catch_up", None), change(12, "retroactive", 500)], 500),
        ([change(1, "", None), change(9, "retroactive", 300), change(16, "catch_up", 500)], 500),
        ([change(1, "", 400), change(9, "retroactive", None), change(16, "prospective", 500)], None),
        ([change(1, "", 400), change(31, "catch_up", None)], 400),
        ([], None),
    ],
)
def test_changes_are_chained_and_a_missing_amount_spreads(changes: list[Change], total: float | None) -> None:
    slices = slices_of(weights_of(date(2012, 3, 1), "business_days", frozenset()), changes)
    assert (None if slices is None else cumulative(slices)[-1]) == total


def test_w13_the_bases_look_back_one_three_and_twelve_months() -> None:
    case = Case()
    for month, leads in (("2025-04", 250), ("2026-01", 360), ("2026-02", 370), ("2026-03", 380)):
        for number in range(leads):
            case.lead(f"{month}-{number}", "demo", f"{month}-15")
    tables = case.mart("2026-04-10")
    goal = row_of(tables, "fct_sla_goals", sla_id="leads", period_start="2026-04-01")
    bases = (goal["last_period"], goal["trailing_3_average"], goal["same_period_last_year"])
    assert bases == (380, 370, 250)
    first = row_of(tables, "fct_sla_goals", sla_id="leads", period_start="2025-04-01")
    assert (first["last_period"], first["trailing_3_average"], first["same_period_last_year"]) == (None, None, None)
    third = row_of(tables, "fct_sla_goals", sla_id="leads", period_start="2025-06-01")
    assert (third["last_period"], third["trailing_3_average"]) == (0, None)


def test_w14_a_day_ends_at_midnight_in_the_business_zone() -> None:
    case = Case()
    case.lead("a", "demo", "2012-04-01 03:30:00")
    tables = case.mart("2012-04-30", business_timezone="America/New_York")
    assert [str(row["date"]) for row in rows_of(tables, "fct_sla_daily", sla_id="leads")] == ["2012-03-31"]


def test_w15_a_deal_keeps_the_exchange_rate_of_its_won_date() -> None:
    rates = (("2026-01-01", "1.10"), ("2026-02-01", "1.05"), ("2026-03-01", "1.20"))
    case = Case(exchange_rates=[{"currency": "EUR", "effective_from": since, "rate": rate} for since, rate in rates])
    case.lead("a", "demo", "2026-01-05")
    case.deal("d", "a", "proposal", "2026-01-10", amount="10000", currency="EUR")
    case.deal("d", "a", "won", "2026-02-20")
    for as_of in ("2026-03-15", "2026-06-15"):
        card = rows_of(case.mart(as_of), "fct_rate_cards", period_start=f"{as_of[:7]}-01")[0]
        assert card["average_deal_value"] == 10500


def test_a_bare_date_begins_at_the_first_instant_of_a_day_without_midnight() -> None:
    sao_paulo = ZoneInfo("America/Sao_Paulo")
    assert str(start_of_day(date(2017, 10, 15), sao_paulo)) == "2017-10-15 03:00:00"
    assert str(start_of_day(date(2017, 10, 14), sao_paulo)) == "2017-10-14 03:00:00"
    assert str(start_of_day(date(2017, 10, 16), sao_paulo)) == "2017-10-16 02:00:00"


def test_months_end_where_they_end() -> None:
    assert add_months(date(2024, 2, 29), -12) == date(2023, 2, 28)
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 1, 1), -14) == date(2024, 11, 1)


def test_a_company_without_leads_has_the_month_of_the_run_and_no_target() -> None:
    tables = Case(revenue_plan=[plan("2026-02-01", customers="20")]).mart("2026-02-10")
    assert len(rows_of(tables, "fct_sla_daily_cumulative", sla_id="points")) == 28
    assert {row["segment"] for row in tables["fct_close_rates"]} == {"all"}
    assert row_of(tables, "rpt_sla_status", sla_id="leads")["status"] == "no_target"
