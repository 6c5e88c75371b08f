"""Who a record is on a day, by the SQL of the models alone: scipy's connected components are the referee.

The two models are compiled once and run on random merges in a database in memory. What stands for a group is checked by
the rule itself, and the rows come in any order.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import NamedTuple

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tests.support.harness import Company, invoke_dbt
from tests.support.random_cases import try_cases

FIRST = date(2026, 1, 1)
PLACE = '"warehouse"."staging".'
MODELS = ("stg_raw__merge_families", "stg_raw__record_identities")
MERGE_ROWS = """
    create or replace table stg_raw__merge_rows (
        file_number bigint, event_id varchar, feed_order integer, record_type varchar, from_id varchar, into_id varchar,
        action varchar, occurred_at timestamp, occurred_date date, disposition varchar
    )
"""


class Row(NamedTuple):
    """A merge, or its undoing; `hour` orders the rows of a day."""

    from_id: str
    into_id: str
    day: int
    hour: int = 0
    action: str = "merge"


Identities = dict[tuple[int, str], str]  # (day, record) -> who it is
IDS = st.integers(0, 11).map(lambda number: f"r{number:02}")
ROWS = st.lists(
    st.builds(Row, IDS, IDS, st.integers(0, 6), st.integers(0, 2), st.sampled_from(["merge", "merge", "unmerge"])),
    min_size=1,
    max_size=30,
)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The SQL of the two models, for a database in memory."""
    company = Company(tmp_path_factory.mktemp("compiled"))
    company.land()
    company.prepare("2026-01-31")
    variables = json.dumps({"as_of_date": "2026-01-31"})
    results = invoke_dbt(company.settings, ["compile", "--select", *MODELS, "--vars", variables])
    texts = {result.node.name: str(result.node.compiled_code) for result in results}
    return [f"create or replace table {name} as {texts[name].replace(PLACE, '')}" for name in MODELS]


def identify(models: Sequence[str], rows: Sequence[Row]) -> Identities:
    """Who each record is on each day, by the models."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(MERGE_ROWS)
        for number, row in enumerate(rows):
            moment = datetime.combine(FIRST + timedelta(days=row.day), time(row.hour))
            # The id breaks ties of one moment; it must not depend on the order in which the rows come.
            values = (number, "/".join(map(str, row)), row.from_id, row.into_id, row.action, moment, moment.date())
            connection.execute(
                "insert into stg_raw__merge_rows values ($1, $2, 1, 'lead', $3, $4, $5, $6, $7, "
                "if($3 = $4, 'self_merge', 'accepted'))",
                values,
            )
        for model in models:
            connection.execute(model)
        found = connection.execute(
            f"""
            select day::integer, record_id, canonical_id
            from range({max(row.day for row in rows) + 2}) as days(day)
            inner join stg_raw__record_identities
                on (known_from is null or known_from <= date '{FIRST}' + day::integer)
                and (known_to is null or known_to > date '{FIRST}' + day::integer)
            """
        ).fetchall()
        assert len(found) == len({(day, record) for day, record, _ in found})
    return {(day, record): person for day, record, person in found}


def edges_on(rows: Sequence[Row], day: int) -> list[Row]:
    """The merges in force, in the order of time."""
    last: dict[tuple[str, str], Row] = {}
    for row in sorted(set(rows), key=lambda row: (row.day, row.hour, "/".join(map(str, row)))):
        if row.day <= day and row.from_id != row.into_id:
            last.pop((row.from_id, row.into_id), None)
            last[row.from_id, row.into_id] = row
    return [row for row in last.values() if row.action == "merge"]


def groups_of(edges: Sequence[Row], records: Sequence[str]) -> Iterator[set[str]]:
    """The records that edges connect, by scipy."""
    place = {record: number for number, record in enumerate(records)}
    ends = ([place[edge.from_id] for edge in edges], [place[edge.into_id] for edge in edges])
    graph = coo_array(([1] * len(edges), ends), shape=(len(records), len(records)))
    _, labels = connected_components(graph, directed=False)
    for label in set(labels):
        yield {record for record in records if labels[place[record]] == label}


def expect(rows: Sequence[Row]) -> Identities:
    """Who each record is on each day, by scipy and the rule."""
    records = sorted({one for row in rows for one in (row.from_id, row.into_id) if row.from_id != row.into_id})
    expected: Identities = {}
    for day in range(max(row.day for row in rows) + 2):
        edges = edges_on(rows, day)
        for group in groups_of(edges, records):
            winners = group - {edge.from_id for edge in edges}
            latest = [edge.into_id for edge in edges if edge.from_id in group]
            person = winners.pop() if len(winners) == 1 else latest[-1]
            expected |= {(day, record): person for record in group}
    return expected


@pytest.mark.property
def test_any_merges_give_the_groups_of_scipy_in_whatever_order(
    models: list[str], record_property: Callable[..., None]
) -> None:
    tried: list[int] = []

    @try_cases(few=40, many=1500)
    @given(rows=ROWS, order=st.randoms(use_true_random=False))
    def try_merges(rows: list[Row], order: Random) -> None:
        shuffled = order.sample(rows, len(rows))
        assert identify(models, shuffled) == identify(models, rows) == expect(rows)
        tried.append(len(rows))

    try_merges()
    record_property("tried", f"{len(tried)} random cases of {sum(tried)} merges")


@pytest.mark.parametrize("length", [2, 40, 1000])
@pytest.mark.parametrize("shape", ["ascending", "descending", "zigzag", "random", "cycle"])
def test_long_chains_and_cycles_are_one_record(models: list[str], length: int, shape: str) -> None:
    numbers = list(range(length))
    if shape == "descending":
        numbers.reverse()
    elif shape == "zigzag":
        numbers = [number // 2 if number % 2 == 0 else length - 1 - number // 2 for number in numbers]
    elif shape in ("random", "cycle"):
        Random(length).shuffle(numbers)  # noqa: S311 - the point is that it repeats
    ids = [f"r{number:04}" for number in numbers]
    rows = [Row(one, next_one, 1) for one, next_one in pairwise(ids)]
    if shape == "cycle":
        rows.append(Row(ids[-1], ids[0], 1, hour=1))
    found = identify(models, rows)
    assert found == expect(rows)
    assert {found[1, record] for record in ids} == {ids[0] if shape == "cycle" else ids[-1]}
