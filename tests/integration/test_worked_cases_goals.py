"""The specification's worked cases on goals and curves (W2, W4 to W6, W11 to W13, W16), through the real models."""

from datetime import date
from pathlib import Path

import pytest

from tests.support.cases import agreed, leads, sla, target, won
from tests.support.harness import Company


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


def plan_company(company: Company, plan: dict, *slas: dict) -> None:
    """A company whose every lead closes at 5 %, with leads in the three months before March 2026."""
    company.seed("agreed_rate_card", [agreed("demo", 0.05, "2026-01-01")])
    company.seed("sla_definitions", [{**each, "goal_basis": "plan"} for each in slas])
    company.seed("revenue_plan", [{"segment": "all", **plan}])
    company.drop_file("lead_events", leads(3, "demo", "2026-01-10"))


def plans(company: Company) -> dict[tuple[str, date], float]:
    goals = company.query("select sla_id, period_start, plan from marts.fct_sla_goals where plan is not null")
    return {(goal["sla_id"], goal["period_start"]): goal["plan"] for goal in goals}


def test_W2_leads_are_wanted_a_sales_cycle_before_the_customers(company: Company) -> None:
    plan_company(company, {"period_start": "2026-05-01", "customers": 20, "sales_cycle_months": 2}, sla("a"))
    company.refresh("2026-05-31", select="+fct_sla_goals")
    assert plans(company) == {("a", date(2026, 3, 1)): 400}


def test_W4_twenty_customers_are_two_thousand_points_whatever_the_mix(company: Company) -> None:
    plan_company(company, {"period_start": "2026-03-01", "customers": 20}, sla("a", "points"))
    company.drop_file("lead_events", leads(40, "whitepaper", "2026-02-10"), "mix.csv")
    company.refresh("2026-03-31", select="+fct_sla_goals")
    assert plans(company) == {("a", date(2026, 3, 1)): pytest.approx(2000)}


def test_W5_seven_customers_at_five_percent_need_140_leads(company: Company) -> None:
    plan_company(company, {"period_start": "2026-03-01", "customers": 7}, sla("a"))
    company.refresh("2026-03-31", select="+fct_sla_goals")
    assert plans(company) == {("a", date(2026, 3, 1)): 140}


def test_W6_revenue_becomes_customers_leads_and_value(company: Company) -> None:
    plan = {
        "period_start": "2026-03-01",
        "new_revenue": 400_000,
        "marketing_share": 0.6,
        "average_deal_value": 20_000,
    }
    plan_company(company, plan, sla("leads"), sla("points", "points"), sla("value", "value"))
    company.refresh("2026-03-31", select="+fct_sla_goals")
    assert plans(company) == {
        ("leads", date(2026, 3, 1)): 240,
        ("points", date(2026, 3, 1)): pytest.approx(100 * 12),
        ("value", date(2026, 3, 1)): pytest.approx(240_000),
    }


def curve(company: Company, sla_id: str) -> dict[date, float]:
    rows = company.query(
        f"select date, target_cumulative from marts.fct_sla_daily_cumulative where sla_id = '{sla_id}'"
    )
    return {row["date"]: row["target_cumulative"] for row in rows}


def test_W11_the_goal_follows_the_calendar_or_the_business_days(company: Company) -> None:
    company.seed("sla_definitions", [sla("calendar"), sla("business", pacing="business_days")])
    company.seed("sla_targets", [target(sla_id, "2012-03-01", 400) for sla_id in ("calendar", "business")])
    company.drop_file("lead_events", leads(1, "demo", "2012-03-01"))
    company.refresh("2012-03-31", select="+fct_sla_daily_cumulative")
    friday, sunday = date(2012, 3, 16), date(2012, 3, 18)
    calendar, business = curve(company, "calendar"), curve(company, "business")
    assert (calendar[friday], calendar[sunday]) == (pytest.approx(206.45, abs=0.005), pytest.approx(232.26, abs=0.005))
    assert (business[friday], business[sunday]) == (pytest.approx(218.18, abs=0.005), pytest.approx(218.18, abs=0.005))
    assert calendar[date(2012, 3, 31)] == 400
    assert business[date(2012, 3, 31)] == 400


def test_W12_a_target_changes_during_the_month_by_its_policy(company: Company) -> None:
    policies = ("prospective", "retroactive", "catch_up")
    company.seed("sla_definitions", [sla(policy, pacing="business_days") for policy in policies])
    weekday_11, weekday_12, last = date(2012, 3, 15), date(2012, 3, 16), date(2012, 3, 31)
    company.seed(
        "sla_targets",
        [
            row
            for policy in policies
            for row in (
                target(policy, "2012-03-01", 400, effective_from="2012-03-01"),
                target(policy, "2012-03-01", 500, effective_from=weekday_12, change_policy=policy),
            )
        ],
    )
    company.drop_file("lead_events", leads(1, "demo", "2012-03-01"))
    company.refresh("2012-03-31", select="+fct_sla_daily_cumulative")
    found = {policy: curve(company, policy) for policy in policies}
    assert found["prospective"][weekday_11] == pytest.approx(200)
    assert found["prospective"][last] == pytest.approx(450)
    assert found["retroactive"][weekday_11] == pytest.approx(250)
    assert found["retroactive"][last] == 500
    assert found["catch_up"][weekday_11] == pytest.approx(200)
    assert found["catch_up"][weekday_12] - found["catch_up"][weekday_11] == pytest.approx(27.27, abs=0.005)
    assert found["catch_up"][last] == pytest.approx(500)
    targets = company.query("select sla_id, target from marts.fct_sla_goals")
    assert {row["sla_id"]: row["target"] for row in targets} == {policy: found[policy][last] for policy in policies}


def test_W13_the_goal_bases_look_back(company: Company) -> None:
    months = {"2025-03-10": 250, "2025-12-10": 360, "2026-01-10": 370, "2026-02-10": 380}
    company.drop_file("lead_events", [row for day, count in months.items() for row in leads(count, "demo", day)])
    company.refresh("2026-03-31", select="+fct_sla_goals")
    [goal] = company.query("select * from marts.fct_sla_goals where period_start = '2026-03-01'")
    assert (goal["last_period"], goal["trailing_3_average"], goal["same_period_last_year"]) == (380, 370, 250)
    [first] = company.query("select * from marts.fct_sla_goals where period_start = '2025-03-01'")
    assert (first["last_period"], first["trailing_3_average"], first["same_period_last_year"]) == (None, None, None)


def test_W16_the_gap_is_split_into_volume_and_mix(company: Company) -> None:
    company.seed("agreed_rate_card", [agreed("demo", 0.10, "2025-01-01"), agreed("whitepaper", 0.01, "2025-01-01")])
    company.seed("sla_definitions", [sla("points", "points")])
    company.seed("sla_targets", [target("points", "2026-03-01", 1300)])
    came = {("demo", "2026-01-10"): 10, ("whitepaper", "2026-02-10"): 30}
    came |= {("demo", "2026-03-10"): 84, ("whitepaper", "2026-03-20"): 336}
    company.drop_file(
        "lead_events", [row for (event_type, day), count in came.items() for row in leads(count, event_type, day)]
    )
    company.refresh("2026-03-31", select="+rpt_sla_gap_drivers +rpt_sla_gap_drivers_by_type")
    [drivers] = company.query("select * from marts.rpt_sla_gap_drivers where period_start = '2026-03-01'")
    assert drivers == {
        "sla_id": "points",
        "period_start": date(2026, 3, 1),
        "as_of_date": date(2026, 3, 31),
        "planned_leads": pytest.approx(400),
        "actual_leads": 420,
        "volume_effect": pytest.approx(65),
        "mix_effect": pytest.approx(-189),
        "upgrade_effect": 0,
        "gap": pytest.approx(-124),
    }
    by_type = {
        row["event_type"]: (row["volume_effect"], row["mix_effect"], row["gap"])
        for row in company.query("select * from marts.rpt_sla_gap_drivers_by_type where period_start = '2026-03-01'")
    }
    assert by_type == {
        "demo": pytest.approx((20 * 0.25 * 10, (84 - 105) * 10, 84 * 10 - 100 * 10)),
        "whitepaper": pytest.approx((20 * 0.75 * 1, (336 - 315) * 1, 336 * 1 - 300 * 1)),
        "webinar": (0, 0, 0),
    }


def test_a_usual_month_has_no_mix_and_no_upgrade_effect_and_the_leads_sla_has_reasons_too(company: Company) -> None:
    """Half of the whitepapers become demos, in January as in March."""
    company.seed("agreed_rate_card", [agreed("demo", 0.10, "2025-01-01"), agreed("whitepaper", 0.01, "2025-01-01")])
    company.seed("sla_definitions", [sla("points", "points"), sla("leads")])
    company.seed("sla_targets", [target("points", "2026-03-01", 220), target("leads", "2026-03-01", 50)])
    january, march = list(leads(10, "whitepaper", "2026-01-10")), list(leads(40, "whitepaper", "2026-03-10"))
    upgrades = [{**each, "event_type": "demo", "occurred_at": "2026-01-20"} for each in january[:5]]
    upgrades += [{**each, "event_type": "demo", "occurred_at": "2026-03-20"} for each in march[:20]]
    company.drop_file("lead_events", [*january, *march, *upgrades])
    company.refresh("2026-04-15", select="+rpt_sla_gap_drivers +rpt_sla_gap_drivers_by_type")
    effects = "volume_effect, mix_effect, upgrade_effect, gap"
    march_rows = "where period_start = '2026-03-01' order by sla_id, event_type"
    rows = company.query(
        f"select sla_id, as_of_date, planned_leads, actual_leads, {effects} from marts.rpt_sla_gap_drivers "
        "where period_start = '2026-03-01' order by sla_id"
    )
    day = date(2026, 3, 31)
    assert [tuple(row.values()) for row in rows] == [
        ("leads", day, 50, 40, -10, 0, 0, -10),
        ("points", day, pytest.approx(40), 40, *[pytest.approx(0)] * 4),
    ]
    rows = company.query(
        f"select sla_id, event_type, planned_leads, {effects} from marts.rpt_sla_gap_drivers_by_type {march_rows}"
    )
    assert [tuple(row.values()) for row in rows if row["event_type"] != "webinar"] == [
        ("leads", "demo", 0, 0, 0, 0, 0),
        ("leads", "whitepaper", 50, -10, 0, 0, -10),
        ("points", "demo", 0, *[pytest.approx(0)] * 4),
        ("points", "whitepaper", pytest.approx(40), *[pytest.approx(0)] * 4),
    ]


def test_what_happens_after_a_day_changes_no_reason_of_that_day(company: Company) -> None:
    company.seed("agreed_rate_card", [agreed("demo", 0.10, "2025-01-01"), agreed("whitepaper", 0.01, "2025-01-01")])
    company.seed("sla_definitions", [sla("points", "points"), sla("leads")])
    company.seed("sla_targets", [target(name, "2026-03-01", 50) for name in ("points", "leads")])
    company.drop_file(
        "lead_events",
        [*leads(9, "whitepaper", "2026-02-10"), *leads(3, "demo", "2026-01-10"), *leads(7, "demo", "2026-03-10")],
    )
    company.refresh("2026-03-15", select="+rpt_sla_gap_drivers +rpt_sla_gap_drivers_by_type")
    tables = ("rpt_sla_gap_drivers", "rpt_sla_gap_drivers_by_type")
    before = [company.query(f"select * from marts.{table} order by all") for table in tables]
    later = [*leads(30, "demo", "2026-03-16"), *leads(9, "demo", "2026-03-17", "whitepaper-2026-02-10")]
    company.drop_file("lead_events", later, "later.csv")
    company.drop_file("deal_events", [won("demo-2026-03-10-0", "2026-03-16", amount=9)])
    company.refresh("2026-03-15", select="+rpt_sla_gap_drivers +rpt_sla_gap_drivers_by_type")
    assert [company.query(f"select * from marts.{table} order by all") for table in tables] == before
    # Nor does it change the reasons of the months that were over.
    company.build("2026-04-15", select="+rpt_sla_gap_drivers +rpt_sla_gap_drivers_by_type")
    over = "where period_start < '2026-03-01' order by all"
    assert [company.query(f"select * from marts.{table} {over}") for table in tables] == [
        [row for row in rows if row["period_start"] < date(2026, 3, 1)] for rows in before
    ]
