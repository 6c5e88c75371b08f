"""Whatever is merged, undone and merged again, in whatever order it lands: the mart is that of the persons of each day.

Each case is a random history of events, deals and merges in up to three refreshes, each as of another day. In the end
the mart equals the independent calculation, and all that is kept from refresh to refresh equals what a full refresh
makes. Rates count from the first lead on, so that those of each month show who was known before it.
"""

import tempfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle import Parameters, calculate, compare, read_inputs, read_tables
from tests.support.cases import sla, target
from tests.support.harness import Company
from tests.support.random_cases import try_cases

AS_OF = date(2026, 4, 20)
RULES: dict[str, Any] = {
    "minimum_at_risk": 1,
    "maturity_days": 20,
    "calibration_window_months": 3,
    "life_table_window_days": 45,
    "source_limit": 2,
}
INCREMENTAL = "+config.materialized:incremental"
DAYS = st.dates(date(2026, 1, 1), AS_OF + timedelta(days=5)).map(str)
LEAD_IDS = st.sampled_from("abcdef")
DEAL_IDS = st.sampled_from("uvwx")
KEPT = (
    "staging.stg_raw__lead_exceptions",
    "staging.stg_raw__deal_dispositions",
    "intermediate.int_lead_touches",
    "intermediate.int_deal_versions",
)
File = tuple[str, tuple[dict[str, Any], ...]]


def with_id(row: dict[str, Any]) -> dict[str, Any]:
    """An id made of the content: the same row may come again."""
    return {"event_id": "/".join(str(row[name]) for name in sorted(row)), **row}


def merges_of(record_type: str, ids: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Merges of one type of record; ids that a few of them share may conflict."""
    return st.fixed_dictionaries(
        {
            "record_type": st.just(record_type),
            "from_id": ids,
            "into_id": ids,
            "occurred_at": DAYS,
            "action": st.sampled_from(["", "merge", "merge", "unmerge"]),
        }
    ).flatmap(lambda row: st.sampled_from([with_id(row), with_id(row), with_id(row), {"event_id": "same", **row}]))


LEAD_EVENTS = st.fixed_dictionaries(
    {
        "lead_id": LEAD_IDS,
        "event_type": st.sampled_from(["whitepaper", "webinar", "demo", "page_visit"]),
        "occurred_at": DAYS,
        "segment": st.sampled_from(["", "emea", "apac"]),
        "channel": st.sampled_from(["", "paid", "fair"]),
    }
).map(with_id)
DEAL_EVENTS = st.fixed_dictionaries(
    {
        "deal_id": DEAL_IDS,
        "lead_id": st.one_of(st.just(""), LEAD_IDS, st.just("g")),
        "stage": st.sampled_from(["proposal", "won", "won", "lost"]),
        "amount": st.sampled_from(["", "100", "2500.50"]),
        "occurred_at": DAYS,
    }
).map(with_id)
MERGES = st.one_of(
    merges_of("lead", st.sampled_from("abcdefg")), merges_of("lead", LEAD_IDS), merges_of("deal", DEAL_IDS)
)
FILES = st.lists(
    st.one_of(
        st.tuples(st.just("lead_events"), st.lists(LEAD_EVENTS, min_size=1, max_size=12).map(tuple)),
        st.tuples(st.just("deal_events"), st.lists(DEAL_EVENTS, min_size=1, max_size=6).map(tuple)),
        st.tuples(st.just("record_merges"), st.lists(MERGES, min_size=1, max_size=4).map(tuple)),
        st.tuples(st.just("record_merges"), st.lists(MERGES, min_size=1, max_size=4).map(tuple)),
    ),
    min_size=3,
    max_size=8,
)


def make_company(home: Path, *, corrected: bool) -> Company:
    company = Company(home)
    company.take_merges()
    if corrected:
        with company.settings.feeds.open("a", encoding="utf-8") as file:
            file.write("    corrections: latest\n")
    company.seed("sla_definitions", [sla("leads"), sla("points_emea", "points", "emea", pacing="business_days")])
    company.seed("sla_targets", [target("leads", "2026-04-01", 20)])
    return company


def read_kept(company: Company) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the tables that the next refresh goes on from."""
    with company.warehouse() as connection:
        return {table: connection.execute(f"from {table} order by all").fetchall() for table in KEPT}


def refresh_in_batches(files: list[File], data: st.DataObject) -> int:
    """Refresh a history as it comes in, and compare; how many refreshes it took."""
    batches = data.draw(st.lists(st.integers(0, 2), min_size=len(files), max_size=len(files)), label="refresh of each")
    days = data.draw(st.lists(st.dates(date(2026, 2, 1), AS_OF), min_size=2, max_size=2), label="as of")
    with tempfile.TemporaryDirectory() as folder:
        company = make_company(Path(folder), corrected=data.draw(st.booleans(), label="merges are corrected"))
        for batch in sorted({*batches, 2}):
            for number, (kind, rows) in enumerate(files):
                if batches[number] == batch:
                    company.drop_file(kind, rows, f"{number:02}.csv")
            company.land(datetime(2026, 4, 10) + timedelta(days=batch))
            company.build([*days, AS_OF][batch], select=INCREMENTAL if batch < 2 else "*", **RULES)
        kept = read_kept(company)
        with company.warehouse() as connection:
            found = read_tables(connection, "marts")
            inputs = read_inputs(connection, company.settings.seeds, Parameters(as_of_date=AS_OF, **RULES))
        company.build(AS_OF, select=INCREMENTAL, full_refresh=True, **RULES)
        assert read_kept(company) == kept
    assert compare(calculate(inputs), found) == []
    return len({*batches, 2})


@pytest.mark.property
def test_any_history_of_merges_gives_the_mart_of_a_full_refresh(record_property: Callable[..., None]) -> None:
    tried: list[int] = []

    @try_cases(few=2, many=40)
    @given(files=FILES, data=st.data())
    def try_history(files: list[File], data: st.DataObject) -> None:
        tried.append(refresh_in_batches(files, data))

    try_history()
    record_property("tried", f"{len(tried)} random histories in {sum(tried)} refreshes")
