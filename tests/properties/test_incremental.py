"""In which order, in how many refreshes and how often files arrive makes no difference, nor do seeds edited in between.

Each case has three random histories in up to four refreshes, each with what had landed by then, another as_of_date,
and up to some moment other seeds. Some events are dated ahead of the landing that brings them. In the end the mart
equals the independent calculation of all files landed at once, and all that is kept from refresh to refresh equals what
a full refresh makes.
"""

import tempfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lead_sla.transform.rebuilding import FEEDS_FILE
from tests.oracle import Parameters, calculate, compare, read_inputs, read_tables
from tests.oracle.inputs import Inputs, Tables
from tests.support.cases import sla, target
from tests.support.harness import DEFAULT_SEEDS, Company
from tests.support.random_cases import rows_of_groups, try_cases

AS_OF = date(2026, 4, 20)
DAYS = st.dates(date(2026, 1, 1), AS_OF + timedelta(days=5)).map(str)
LANDINGS = st.datetimes(datetime(2026, 1, 10), datetime.combine(AS_OF, datetime.min.time()))
AS_OF_DATES = st.dates(date(2026, 1, 10), AS_OF + timedelta(days=5))
GROUPS = ("i", "j", "k")
File = tuple[str, tuple[dict[str, Any], ...]]
# What is kept from refresh to refresh, and what it is made from.
INCREMENTAL = "+config.materialized:incremental"
EVERYTHING = "*"
FAX = {"event_type": "fax", "label": "Fax", "funnel_stage": "top", "funnel_rank": 15, "is_qualifying": "true"}
# Fax qualified and webinars were unknown, a proposal counted as lost, and there was no lunch.
EARLIER_SEEDS: dict[str, list[Any]] = {
    "event_types": [*(row for row in DEFAULT_SEEDS["event_types"] if row["event_type"] != "webinar"), FAX],
    "deal_stages": [
        {**row, "outcome": "lost"} if row["stage"] == "proposal" else row for row in DEFAULT_SEEDS["deal_stages"]
    ],
}
KEPT = (
    "staging.stg_raw__lead_exceptions",
    "staging.stg_raw__deal_dispositions",
    "intermediate.int_lead_touches",
    "intermediate.int_deal_versions",
)


def with_id(row: dict[str, Any]) -> dict[str, Any]:
    """An id made of the content: the same event may come again, but never with other content."""
    return {"event_id": "/".join(str(row[name]) for name in sorted(row)), **row}


def lead_event(group: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "lead_id": lead_ids(group),
            "event_type": st.sampled_from(["whitepaper", "webinar", "demo", "page_visit", "fax"]),
            "occurred_at": DAYS,
            "segment": st.sampled_from(["", "emea", "apac", "all"]),
        }
    ).map(with_id)


def deal_event(group: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "deal_id": st.sampled_from([group + name for name in "uvwxyz"]),
            "lead_id": st.one_of(st.just(""), lead_ids(group)),
            "stage": st.sampled_from(["proposal", "won", "won", "lost", "lunch"]),
            "amount": st.sampled_from(["", "100", "2500.50", "-1"]),
            "occurred_at": DAYS,
        }
    ).map(with_id)


def lead_ids(group: str) -> st.SearchStrategy[str]:
    return st.sampled_from([group + name for name in "abcdefgh"])


FILES = st.lists(
    st.one_of(
        st.tuples(st.just("lead_events"), rows_of_groups(GROUPS, lead_event, min_size=1, max_size=12).map(tuple)),
        st.tuples(st.just("deal_events"), rows_of_groups(GROUPS, deal_event, min_size=1, max_size=6).map(tuple)),
    ),
    min_size=2,
    max_size=8,
)


def make_company(home: Path) -> Company:
    company = Company(home)
    company.seed("sla_definitions", [sla("leads"), sla("points_emea", "points", "emea", pacing="business_days")])
    company.seed("sla_targets", [target("leads", "2026-04-01", 20)])
    return company


def calculate_once(files: Sequence[File], landed_at: datetime) -> Tables:
    """The mart by the independent calculation, all files landed at once in the order given."""
    with tempfile.TemporaryDirectory() as folder:
        company = make_company(Path(folder))
        for number, (kind, rows) in enumerate(files):
            company.drop_file(kind, rows, f"{number:02}.csv")
        company.land(landed_at)
        return calculate(read(company))


def read(company: Company) -> Inputs:
    with company.warehouse() as connection:
        return read_inputs(connection, company.settings.seeds, Parameters(as_of_date=AS_OF))


def read_marts(company: Company) -> Tables:
    with company.warehouse() as connection:
        return read_tables(connection, "marts")


def read_kept(company: Company) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the tables that the next refresh goes on from."""
    with company.warehouse() as connection:
        return {table: connection.execute(f"from {table} order by all").fetchall() for table in KEPT}


@pytest.mark.property
def test_any_batches_in_any_order_give_the_mart_of_a_full_refresh(record_property: Callable[..., None]) -> None:
    tried: list[int] = []

    @try_cases(few=1, many=16)
    @given(files=FILES, data=st.data())
    def try_history(files: list[File], data: st.DataObject) -> None:
        tried.append(refresh_in_batches(files, data))

    try_history()
    record_property("tried", f"{len(GROUPS) * len(tried)} random histories in {sum(tried)} refreshes")


def refresh_in_batches(files: list[File], data: st.DataObject) -> int:
    """Refresh a history as it comes in, and compare; how many refreshes it took."""
    order = data.draw(st.permutations(files), label="order of arrival")
    batches = data.draw(st.lists(st.integers(0, 3), min_size=len(order), max_size=len(order)), label="refresh of each")
    again = data.draw(st.integers(0, len(order) - 1), label="file that comes twice")
    landings = sorted(data.draw(st.lists(LANDINGS, min_size=4, max_size=4), label="when each refresh lands"))
    days = data.draw(st.lists(AS_OF_DATES, min_size=3, max_size=3), label="as_of_date of each refresh but the last")
    edited = data.draw(st.integers(0, 3), label="refresh from which on the seeds are the final ones")
    with tempfile.TemporaryDirectory() as folder:
        company = make_company(Path(folder))
        for name, rows in EARLIER_SEEDS.items():
            company.seed(name, rows)
        for batch in sorted({*batches, 3}):
            if batch >= edited:
                for name in EARLIER_SEEDS:
                    company.seed(name, DEFAULT_SEEDS.get(name, []))
            for number, (kind, rows) in enumerate(order):
                if batches[number] == batch:
                    company.drop_file(kind, rows, f"{number:02}.csv")
            if batch == 3:
                kind, rows = order[again]
                company.drop_file(kind, rows, "again.csv")
            # Another as_of_date, earlier or later, must not show in what is kept for the next refresh.
            company.land(landings[batch])
            company.build([*days, AS_OF][batch], select=INCREMENTAL if batch < 3 else EVERYTHING)
        found, kept = read_marts(company), read_kept(company)
        company.build(AS_OF, select=INCREMENTAL, full_refresh=True)
        assert read_kept(company) == kept
    assert compare(calculate_once(files, landings[3]), found) == []
    return len({*batches, 3})


def test_a_changed_seed_rebuilds_what_is_made_from_it_and_nothing_else(tmp_path: Path) -> None:
    company = make_company(tmp_path)
    company.drop_file("lead_events", [{"lead_id": "a", "event_type": "fax", "occurred_at": "2026-04-01"}])
    company.drop_file("deal_events", [{"deal_id": "u", "lead_id": "a", "stage": "won", "occurred_at": "2026-04-02"}])
    company.refresh(AS_OF, select=INCREMENTAL)
    assert company.prepare(AS_OF) == {}
    rate = {"currency": "EUR", "effective_from": "2026-01-01", "rate": "1.1"}
    company.seed("exchange_rates", [rate])
    changed = "seeds/reference/exchange_rates.csv"
    assert company.prepare(AS_OF) == {
        "staging.stg_raw__deal_dispositions": changed,
        "intermediate.int_deal_versions": changed,
    }
    company.build(AS_OF, select=INCREMENTAL)
    company.seed("event_types", [*DEFAULT_SEEDS["event_types"], FAX])
    assert set(company.prepare(AS_OF).values()) == {"seeds/reference/event_types.csv"}
    company.build(AS_OF, select="+int_credited_leads")
    assert company.query("select lead_id, customer_date from intermediate.int_credited_leads") == [
        {"lead_id": "a", "customer_date": date(2026, 4, 2)}
    ]


def test_rules_that_history_does_not_depend_on_rebuild_nothing(tmp_path: Path) -> None:
    company = make_company(tmp_path)
    company.drop_file("lead_events", [{"lead_id": "a", "event_type": "demo", "occurred_at": "2026-04-01"}])
    company.refresh(AS_OF, select=INCREMENTAL)
    assert company.prepare(AS_OF + timedelta(days=1), maturity_days=30, ahead_rate=1.2) == {}
    assert set(company.prepare(AS_OF, business_timezone="Asia/Tokyo").values()) == {"the rule business_timezone"}


def test_feeds_in_another_order_rebuild_what_ties_depend_on(tmp_path: Path) -> None:
    company = make_company(tmp_path)
    company.drop_file("lead_events", [{"lead_id": "a", "event_type": "demo", "occurred_at": "2026-04-01"}])
    company.drop_file("deal_events", [{"deal_id": "u", "lead_id": "a", "stage": "won", "occurred_at": "2026-04-02"}])
    company.refresh(AS_OF, select=INCREMENTAL)
    feeds = yaml.safe_load(company.settings.feeds.read_text())
    company.settings.feeds.write_text(yaml.safe_dump({"feeds": feeds["feeds"][::-1]}))
    company.land()
    assert set(company.prepare(AS_OF).values()) == {FEEDS_FILE}
