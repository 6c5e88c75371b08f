"""In which order, in how many refreshes and how often files arrive makes no difference to the mart."""

import itertools
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.warehouse import connect
from tests.cases import sla, target
from tests.harness import Company
from tests.oracle import Parameters, calculate, compare, read_inputs, read_tables
from tests.oracle.inputs import Inputs, Tables

AS_OF = date(2026, 4, 20)
DAYS = st.dates(date(2026, 1, 1), AS_OF + timedelta(days=5)).map(str)
LEAD_IDS = st.sampled_from("abcdefgh")
File = tuple[str, tuple[dict[str, Any], ...]]


def with_id(row: dict[str, Any]) -> dict[str, Any]:
    """An id made of the content: the same event may come again, but never with other content."""
    return {"event_id": "/".join(str(row[name]) for name in sorted(row)), **row}


LEAD_EVENTS = st.fixed_dictionaries(
    {
        "lead_id": LEAD_IDS,
        "event_type": st.sampled_from(["whitepaper", "webinar", "demo", "page_visit", "fax"]),
        "occurred_at": DAYS,
        "segment": st.sampled_from(["", "emea", "apac", "all"]),
    }
).map(with_id)
DEAL_EVENTS = st.fixed_dictionaries(
    {
        "deal_id": st.sampled_from("uvwxyz"),
        "lead_id": st.one_of(st.just(""), LEAD_IDS),
        "stage": st.sampled_from(["proposal", "won", "won", "lost", "lunch"]),
        "amount": st.sampled_from(["", "100", "2500.50", "-1"]),
        "occurred_at": DAYS,
    }
).map(with_id)
FILES = st.lists(
    st.one_of(
        st.tuples(st.just("lead_events"), st.lists(LEAD_EVENTS, min_size=1, max_size=12).map(tuple)),
        st.tuples(st.just("deal_events"), st.lists(DEAL_EVENTS, min_size=1, max_size=6).map(tuple)),
    ),
    min_size=2,
    max_size=8,
)


def make_company(home: Path) -> Company:
    company = Company(home)
    company.seed("sla_definitions", [sla("leads"), sla("points_emea", "points", "emea", pacing="business_days")])
    company.seed("sla_targets", [target("leads", "2026-04-01", 20)])
    return company


def calculate_once(files: Sequence[File]) -> Tables:
    """The mart by the independent calculation, all files landed at once in the order given."""
    with tempfile.TemporaryDirectory() as folder:
        company = make_company(Path(folder))
        for number, (kind, rows) in enumerate(files):
            company.drop_file(kind, rows, f"{number:02}.csv")
        company.land()
        return calculate(read(company))


def read(company: Company) -> Inputs:
    connection = connect(company.settings)
    try:
        return read_inputs(connection, company.settings.seeds, Parameters(as_of_date=AS_OF))
    finally:
        connection.close()


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(files=FILES, data=st.data())
def test_order_batching_and_repetition_make_no_difference(files: list[File], data: st.DataObject) -> None:
    order = data.draw(st.permutations(files), label="order of arrival")
    batches = data.draw(st.lists(st.integers(0, 9), min_size=len(order), max_size=len(order)), label="refresh of each")
    again = data.draw(st.integers(0, len(order) - 1), label="file that comes twice")
    with tempfile.TemporaryDirectory() as folder:
        company = make_company(Path(folder))
        arrivals = sorted(zip(batches, range(len(order)), order, strict=True), key=lambda arrival: arrival[:2])
        for _, batch in itertools.groupby(arrivals, key=lambda arrival: arrival[0]):
            for _, number, (kind, rows) in batch:
                company.drop_file(kind, rows, f"{number:02}.csv")
            company.land()
        kind, rows = order[again]
        company.drop_file(kind, rows, "again.csv")
        company.refresh(AS_OF)
        connection = connect(company.settings)
        try:
            found = read_tables(connection, "marts")
        finally:
            connection.close()
    assert compare(calculate_once(files), found) == []
