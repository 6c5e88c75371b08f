"""The worked cases M1 to M6: two leads that turn out to be one person, from both sides of the merge.

A downloaded a whitepaper on 3 January; B asked for a demo on the 10th, and its deal was won on 20 February. On the 5th
both were merged into C. A whitepaper counts 1 point, a demo 10.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from lead_sla.publishing import publish
from lead_sla.settings import PROJECT_DIR
from tests.support.cases import agreed, lead, merge, sla, won
from tests.support.harness import Company
from tests.support.sharing import empty_home

LEADS = [lead("A", "whitepaper", "2026-01-03", segment="emea"), lead("B", "demo", "2026-01-10", segment="americas")]
INTO_C = [merge("A", "C", "2026-02-05"), merge("B", "C", "2026-02-05")]
SLAS = [sla("leads"), *(sla(f"points_{segment}", "points", segment) for segment in ("all", "emea", "americas"))]


def make_company(home: Path) -> Company:
    company = Company(home)
    company.take_merges()
    company.seed("sla_definitions", SLAS)
    company.seed("agreed_rate_card", [agreed("whitepaper", 0.01, "2026-01-01"), agreed("demo", 0.1, "2026-01-01")])
    return company


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A mart of 31 January has been published; then the merges have landed."""
    company = make_company(empty_home(tmp_path_factory))
    company.drop_file("lead_events", LEADS)
    company.drop_file("deal_events", [won("B", "2026-02-20")])
    company.land(datetime(2026, 2, 1))
    company.build("2026-01-31")
    publish(company.settings, "january", date(2026, 1, 31), datetime(2026, 2, 1, tzinfo=UTC), None)
    company.drop_file("record_merges", INTO_C)
    company.land(datetime(2026, 2, 6))
    return company


def booked(company: Company, as_of: str) -> Mapping[str, dict[date, float]]:
    """The actuals of January by SLA and day, without zeros."""
    company.build(as_of, data_tests=True)
    rows = company.query(
        "select sla_id, date, actual from marts.fct_sla_daily_cumulative "
        "where date between '2026-01-01' and '2026-01-31' and actual <> 0 order by all"
    )
    found: dict[str, dict[date, float]] = {}
    for row in rows:
        found.setdefault(row["sla_id"], {})[row["date"]] = row["actual"]
    return found


def test_M1_a_merge_counts_from_its_day_on(company: Company) -> None:
    before, after = booked(company, "2026-01-31"), booked(company, "2026-02-28")
    assert sum(before["leads"].values()) == 2
    assert sum(before["points_all"].values()) == pytest.approx(11)
    assert after["leads"] == {date(2026, 1, 3): 1}
    assert after["points_all"] == {date(2026, 1, 3): pytest.approx(1), date(2026, 1, 10): pytest.approx(9)}
    persons = company.query("select lead_id, lead_date, segment from intermediate.int_credited_leads")
    assert persons == [{"lead_id": "C", "lead_date": date(2026, 1, 3), "segment": "emea"}]


def test_M2_what_a_merge_moves_is_listed_with_its_reason(company: Company) -> None:
    company.build("2026-02-28")
    found = company.query(
        "select sla_id, date, previous_value, current_value, reason from marts.rpt_restatements "
        "where figure = 'actual' order by sla_id"
    )
    day = date(2026, 1, 10)
    assert [tuple(row.values()) for row in found] == [
        ("leads", day, 1, 0, "merged"),
        ("points_all", day, pytest.approx(10), pytest.approx(9), "merged"),
        ("points_americas", day, pytest.approx(10), 0, "merged"),
        ("points_emea", day, 0, pytest.approx(9), "merged"),
    ]


def test_M3_the_sales_cycle_begins_with_the_first_event_of_the_person(company: Company) -> None:
    company.build("2026-02-28", select="+int_customers")
    cycles = "select lead_id, days_to_close from intermediate.int_customers where cutoff_date = '2026-02-28'"
    assert company.query(cycles) == [{"lead_id": "C", "days_to_close": 48}]


def test_M4_rates_know_the_merges_that_are_dated_before_their_month(company: Company) -> None:
    company.build("2026-03-31", select="+fct_close_rates", minimum_at_risk=1)
    found = company.query(
        "select period_start, event_type, leads, customers from marts.fct_close_rates "
        "where segment = 'all' and method = 'observed' and leads > 0 order by all"
    )
    assert [tuple(row.values()) for row in found] == [
        (date(2026, 2, 1), "demo", 1, 0),
        (date(2026, 2, 1), "whitepaper", 1, 0),
        (date(2026, 3, 1), "demo", 1, 1),
    ]


CHAIN = [merge("A", "B", "2026-02-01", event_id="1"), merge("B", "E", "2026-02-02", event_id="2")]
BACK = [merge("A", "B", "2026-02-01", event_id="3"), merge("B", "A", "2026-02-02", event_id="4")]
UNDONE = [
    merge("A", "B", "2026-03-10", event_id="5", action="unmerge"),
    merge("B", "A", "2026-03-10", event_id="6", action="unmerge"),
]


def persons(company: Company, as_of: str) -> list[str]:
    company.build(as_of, select="+int_credited_leads")
    return [row["lead_id"] for row in company.query("select lead_id from intermediate.int_credited_leads order by 1")]


@pytest.mark.parametrize("rows", list(permutations(CHAIN)), ids=["in order", "the later one first"])
def test_M5_the_end_of_a_chain_stands_for_all(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    company = make_company(tmp_path)
    company.drop_file("lead_events", LEADS)
    for number, row in enumerate(rows):
        company.drop_file("record_merges", [row], f"{number}.csv")
        company.land(datetime(2026, 3, 1 + number))
        company.build("2026-02-28", select="+int_credited_leads")
    assert persons(company, "2026-02-28") == ["E"]


def test_M5_a_merge_back_goes_to_the_latest_and_an_undoing_counts_from_its_day(tmp_path: Path) -> None:
    company = make_company(tmp_path)
    company.drop_file("lead_events", LEADS)
    company.drop_file("record_merges", BACK, "1.csv")
    company.land(datetime(2026, 2, 10))
    assert persons(company, "2026-02-28") == ["A"]
    company.drop_file("record_merges", UNDONE, "2.csv")
    company.land(datetime(2026, 3, 11))
    assert persons(company, "2026-02-28") == ["A"]
    assert persons(company, "2026-03-09") == ["A"]
    assert persons(company, "2026-03-10") == ["A", "B"]


def test_M6_two_won_deals_that_are_merged_make_one_customer(tmp_path: Path) -> None:
    company = make_company(tmp_path)
    company.drop_file("lead_events", LEADS)
    deals = [won("A", "2026-02-20", amount=100), won("B", "2026-02-21", amount=200)]
    company.drop_file("deal_events", deals)
    company.land(datetime(2026, 2, 22))
    company.build("2026-02-28", select="+int_credited_leads")
    assert customers(company) == [("A", "deal-A"), ("B", "deal-B")]
    company.drop_file("record_merges", [merge("deal-A", "deal-B", "2026-02-25", record_type="deal")])
    company.land(datetime(2026, 2, 26))
    company.build("2026-02-24", select="+int_credited_leads")
    assert len(customers(company)) == 2
    company.build("2026-02-28", data_tests=True)
    assert customers(company) == [("B", "deal-B")]
    (month,) = company.query(
        "select won_deals, credited_customers, won_value from marts.fct_won_deals_monthly where segment = 'all'"
    )
    assert month == {"won_deals": 1, "credited_customers": 1, "won_value": 200.0}


def customers(company: Company) -> list[tuple[str, str]]:
    rows = company.query(
        "select lead_id, deal_id from intermediate.int_credited_leads where customer_date is not null order by all"
    )
    return [(row["lead_id"], row["deal_id"]) for row in rows]


def test_a_merge_that_is_dated_ahead_waits_for_its_day(tmp_path: Path) -> None:
    company = make_company(tmp_path)
    company.drop_file("lead_events", LEADS)
    company.drop_file("record_merges", [merge("A", "B", "2026-03-05"), merge("B", "B", "2026-01-05")])
    company.land(datetime(2026, 2, 10))
    company.build("2026-02-28", data_tests=True)
    reasons = "select code, lead_id, reason from staging.quarantined_events order by all"
    assert [tuple(row.values()) for row in company.query(reasons)] == [
        ("merge", "A", "occurred_in_future"),
        ("merge", "B", "self_merge"),
    ]
    assert merged_records(company) == 0
    company.build("2026-03-05", data_tests=True)
    assert merged_records(company) == 1
    assert [row["lead_id"] for row in company.query("from intermediate.int_credited_leads")] == ["B"]


def merged_records(company: Company) -> int:
    (row,) = company.query(
        "select row_count from marts.rpt_data_quality where feed = 'record_merges' and reason = 'merged_records'"
    )
    return int(row["row_count"])


def test_a_correction_of_a_merge_replaces_it(tmp_path: Path) -> None:
    company = make_company(tmp_path)
    text = company.settings.feeds.read_text(encoding="utf-8")
    company.settings.feeds.write_text(text + "    corrections: latest\n", encoding="utf-8")
    company.drop_file("lead_events", [*LEADS, lead("D", "demo", "2026-01-04")])
    company.drop_file("record_merges", [merge("A", "B", "2026-02-05", event_id="1")], "1.csv")
    company.land(datetime(2026, 2, 6))
    assert persons(company, "2026-02-28") == ["B", "D"]
    company.drop_file("record_merges", [merge("A", "D", "2026-02-05", event_id="1")], "2.csv")
    company.land(datetime(2026, 2, 7))
    assert persons(company, "2026-02-28") == ["B", "D"]
    dates = company.query("select lead_id, lead_date from intermediate.int_credited_leads order by all")
    assert [row["lead_date"].day for row in dates] == [10, 3]


def test_a_deal_of_a_lead_without_events_is_released_by_its_merge(tmp_path: Path) -> None:
    company = make_company(tmp_path)
    company.drop_file("lead_events", LEADS)
    company.drop_file("deal_events", [won("old", "2026-02-20")])
    company.land(datetime(2026, 2, 21))
    company.build("2026-02-28", select="+int_credited_leads")
    assert customers(company) == []
    company.drop_file("record_merges", [merge("old", "A", "2026-02-01")])
    company.land(datetime(2026, 2, 22))
    company.build("2026-02-28", data_tests=True)
    assert customers(company) == [("A", "deal-old")]


def test_the_example_of_the_how_to_makes_the_persons_that_it_lists(tmp_path: Path) -> None:
    page = (PROJECT_DIR / "docs" / "how-to" / "merges.md").read_text(encoding="utf-8")
    company = Company(tmp_path)
    company.settings.feeds.write_text(block(page, "yaml"), encoding="utf-8")
    path = company.settings.landing_dir / "crm" / "merges.csv"
    path.parent.mkdir()
    path.write_text(block(page, "text"), encoding="utf-8")
    company.refresh("2026-03-31", select="+stg_raw__record_identities")
    for day in ("2026-02-04", "2026-02-28", "2026-03-10"):
        rows = company.query(
            "select record_type, string_agg(canonical_id, ', ' order by record_id) as ids "
            f"from staging.stg_raw__record_identities where coalesce(known_from, '{day}') <= '{day}' "
            f"and coalesce(known_to > '{day}', true) group by all order by record_type desc"
        )
        assert f"| {day} | {' | '.join(row['ids'] for row in rows)} |" in page


def block(page: str, language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)
    return str(found)
