"""Whatever records say, in whatever order and in how many refreshes: the mart is that of the last word of each.

Each case has three random histories of files of two record feeds, of a feed of events that are corrected and of merges,
in up to three refreshes; the entries of feeds change in between, and files are forgotten. In the end the mart equals
the independent calculation, and all that is kept from refresh to refresh equals what a full refresh makes.
"""

import json
import tempfile
from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lead_sla.landing.forgetting import forget
from tests.oracle import Parameters, calculate, compare, read_inputs, read_tables
from tests.support.cases import sla, target
from tests.support.harness import Company, write_csv
from tests.support.random_cases import rows_of_groups, try_cases

AS_OF = date(2026, 4, 20)
DAYS = st.dates(date(2026, 1, 1), AS_OF).map(str)
PERHAPS_A_DAY = st.one_of(st.just(""), DAYS)
INCREMENTAL = "+config.materialized:incremental"
CONTACT_COLUMNS = ["Id", "Version", "Archived", "Region", "Created", "MQL", "Type", "Typed", "History"]
DEAL_COLUMNS = ["Id", "Contact", "Amount", "Created", "Stage", "Closed"]
EVENT_COLUMNS = ["event_id", "lead_id", "event_type", "occurred_at", "segment"]
MERGE_COLUMNS = ["event_id", "record_type", "from_id", "into_id", "occurred_at", "action"]
GROUPS = ("i", "j", "k")
KEPT = {
    "staging.stg_raw__records": "true",
    "staging.stg_raw__record_exceptions": "disposition <> 'accepted'",
    "staging.stg_raw__lead_exceptions": "disposition <> 'accepted'",
    "staging.stg_raw__deal_dispositions": "true",
    "intermediate.int_lead_touches": "true",
    "intermediate.int_deal_versions": "true",
}
File = tuple[str, list[dict[str, Any]]]

REGIONS = st.sampled_from(["", "emea", "apac", "all"])
ELEMENTS = st.fixed_dictionaries({"value": st.sampled_from(["demo", "webinar", "fax"]), "at": DAYS, "region": REGIONS})


def ids(group: str, names: str) -> list[str]:
    return [group + name for name in names]


def contact(group: str) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(
        {
            "Id": st.sampled_from(ids(group, "abcd")),
            "Version": st.sampled_from(["", "1", "2", "3"]),
            "Archived": st.sampled_from(["", "", "", "true"]),
            "Region": REGIONS,
            "Created": PERHAPS_A_DAY,
            "MQL": PERHAPS_A_DAY,
            "Type": st.sampled_from(["", "webinar", "demo", "fax"]),
            "Typed": PERHAPS_A_DAY,
            "History": st.lists(ELEMENTS, max_size=3).map(json.dumps),
        }
    )


def deal(group: str) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(
        {
            "Id": st.sampled_from(ids(group, "uvw")),
            "Contact": st.sampled_from(["", *ids(group, "abce")]),
            "Amount": st.sampled_from(["", "100", "2500.50", "-1"]),
            "Created": PERHAPS_A_DAY,
            "Stage": st.sampled_from(["", "proposal", "won", "won", "lost", "lunch"]),
            "Closed": PERHAPS_A_DAY,
        }
    )


def event(group: str) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(
        {
            "event_id": st.sampled_from(ids(group, "123")),
            "lead_id": st.sampled_from(ids(group, "cde")),
            "event_type": st.sampled_from(["whitepaper", "demo", "fax"]),
            "occurred_at": DAYS,
            "segment": st.sampled_from(["", "emea", "apac"]),
        }
    )


def merge(group: str) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(
        {
            "event_id": st.sampled_from(ids(group, "1234")),
            "record_type": st.sampled_from(["lead", "lead", "deal"]),
            "from_id": st.sampled_from(ids(group, "abcduv")),
            "into_id": st.sampled_from(ids(group, "abcduv")),
            "occurred_at": DAYS,
            "action": st.sampled_from(["", "merge", "unmerge"]),
        }
    )


CONTACTS = rows_of_groups(GROUPS, contact, max_size=5)
DEALS = rows_of_groups(GROUPS, deal, max_size=4)
# A file without rows is more likely than that each group has none in it.
EMPTY: st.SearchStrategy[list[dict[str, str]]] = st.just([])
FILES = st.lists(
    st.one_of(
        st.tuples(st.just("contacts"), st.one_of(CONTACTS, CONTACTS, CONTACTS, EMPTY)),
        st.tuples(st.just("deals"), st.one_of(DEALS, DEALS, DEALS, EMPTY)),
        st.tuples(st.just("events"), rows_of_groups(GROUPS, event, min_size=1, max_size=4)),
        st.tuples(st.just("merges"), rows_of_groups(GROUPS, merge, min_size=1, max_size=3)),
    ),
    min_size=2,
    max_size=7,
)
COLUMNS = {"contacts": CONTACT_COLUMNS, "deals": DEAL_COLUMNS, "events": EVENT_COLUMNS, "merges": MERGE_COLUMNS}

CHANGED_COLUMNS = {"deals": "stage", "merges": "action"}


def make_company(home: Path) -> Company:
    company = Company(home)
    company.seed("sla_definitions", [sla("leads"), sla("points_emea", "points", "emea", pacing="business_days")])
    company.seed("sla_targets", [target("leads", "2026-04-01", 20)])
    return company


def configure(company: Company, complete: Collection[str], changed: Collection[str]) -> None:
    """Write feeds.yml, in which some feeds are complete, and some have an entry that reads other words."""
    closed = ["won", "lost"]
    contacts = {
        "name": "contacts",
        "kind": "lead_records",
        "files": "contacts/*",
        "record_id": "Id",
        "version": "Version",
        "withdrawn": {"column": "Archived", "values": ["true"]},
        "complete": "contacts" in complete,
        "columns": {"lead_id": "Id", "segment": "Region"},
        "events": [
            {"event_type": {"constant": "whitepaper"}, "occurred_at": "Created"},
            {"event_type": {"constant": "demo"}, "occurred_at": "MQL"},
            {"event_type": "Type", "occurred_at": "Typed"},
            {
                "each": "History",
                "event_type": {"element": "value"},
                "occurred_at": {"element": "at"},
                "segment": {"element": "region"},
                "keep": "every_version",
            },
        ],
    }
    deals = {
        "name": "deals",
        "kind": "deal_records",
        "files": "deals/*",
        "record_id": "Id",
        "complete": "deals" in complete,
        "columns": {"deal_id": "Id", "lead_id": "Contact", "amount": "Amount"},
        "events": [
            {"stage": {"constant": "proposal"}, "occurred_at": "Created"},
            {"stage": "Stage", "occurred_at": "Closed", "when": {"column": "Stage", "values": closed}},
            {
                "stage": "Stage",
                "occurred_at": {"observed": True},
                "keep": "every_version",
                "when": {"column": "Stage", "not_values": closed},
            },
        ],
    }
    events = {"name": "events", "kind": "lead_events", "files": "events/*", "corrections": "latest"}
    merges = {"name": "merges", "kind": "record_merges", "files": "merges/*"}
    feeds: list[dict[str, Any]] = [contacts, deals, events, merges]
    for feed in feeds:
        if feed["name"] in changed:
            words = {"fax": "demo", "lunch": "lost", "whitepaper": "webinar", "unmerge": "merge"}
            feed["values"] = {CHANGED_COLUMNS.get(feed["name"], "event_type"): words}
    company.settings.feeds.write_text(yaml.safe_dump({"feeds": feeds}, sort_keys=False))


def read_kept(company: Company) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the tables that the next refresh goes on from; an accepted exception is none."""
    with company.warehouse() as connection:
        return {
            table: connection.execute(f"from {table} where {condition} order by all").fetchall()
            for table, condition in KEPT.items()
        }


def forget_one(company: Company, data: st.DataObject, batch: int) -> None:
    """Perhaps take a landed file back."""
    (landed,) = company.query(
        "select list(path order by path) as paths from raw.landed_files where forgotten_at is null"
    )
    path = data.draw(st.sampled_from([None, None, None, *(landed["paths"] or [])]), label="forgotten")
    if path is not None:
        with company.warehouse() as connection:
            forget(connection, company.settings.raw_dir, path, datetime(2026, 4, 10) + timedelta(days=batch))


def refresh_in_batches(files: list[File], data: st.DataObject) -> int:
    """Refresh a history as it comes in, and compare; how many refreshes it took."""
    batches = sorted(
        data.draw(st.lists(st.integers(0, 2), min_size=len(files), max_size=len(files)), label="refreshes")
    )
    some_feeds = st.sets(st.sampled_from(sorted(COLUMNS)))
    complete = data.draw(some_feeds, label="complete")
    with tempfile.TemporaryDirectory() as folder:
        company = make_company(Path(folder))
        for batch in sorted({*batches, 2}):
            configure(company, complete, data.draw(some_feeds, label="changed"))
            for number, (feed, rows) in enumerate(files):
                if batches[number] == batch:
                    path = company.settings.landing_dir / feed / f"{number:02}.csv"
                    write_csv(path, [*COLUMNS[feed], "File"], [{**row, "File": str(number)} for row in rows])
            company.land(datetime(2026, 4, 10) + timedelta(days=batch))
            forget_one(company, data, batch)
            company.build(AS_OF, select=INCREMENTAL if batch < 2 else "*")
        kept = read_kept(company)
        with company.warehouse() as connection:
            found = read_tables(connection, "marts")
            inputs = read_inputs(connection, company.settings.seeds, Parameters(as_of_date=AS_OF))
        company.build(AS_OF, select=INCREMENTAL, full_refresh=True)
        assert read_kept(company) == kept
    assert compare(calculate(inputs), found) == []
    return len({*batches, 2})


@pytest.mark.property
def test_any_history_of_statements_gives_the_mart_of_a_full_refresh(record_property: Callable[..., None]) -> None:
    tried: list[int] = []

    @try_cases(few=1, many=14)
    @given(files=FILES, data=st.data())
    def try_history(files: list[File], data: st.DataObject) -> None:
        tried.append(refresh_in_batches(files, data))

    try_history()
    record_property("tried", f"{len(GROUPS) * len(tried)} random histories in {sum(tried)} refreshes")
