"""What `read_inputs` and `read_tables` read from a real DuckDB file is what was written into it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from tests.oracle import calculate, compare, read_inputs, read_tables
from tests.oracle.dataset import Dataset, generate
from tests.oracle.inputs import Inputs

RAW = """
create schema raw;
create table raw.feeds (feed varchar, kind varchar, feed_order integer, is_configured boolean,
    replaces_events boolean default false, lists_all_records boolean default false
);
create table raw.landed_files (feed varchar, file_number bigint, landed_at timestamp, stored_in varchar);
create table raw.record_statements (
    feed varchar, record_id varchar, version decimal(38, 6), file_number bigint, row_number bigint, is_withdrawn boolean
);
create table raw.rejected_rows (feed varchar, line_number bigint, reason varchar);
create table raw.lead_events (
    file_number bigint, row_number bigint, feed varchar, landed_at timestamp, event_id varchar, lead_id varchar,
    event_type varchar, occurred_at timestamp, occurred_date date, segment varchar, landing_page varchar,
    channel varchar, attributes json, record_id varchar, statement_row bigint, is_observed boolean,
    keeps_every_version boolean
);
create table raw.deal_events (
    file_number bigint, row_number bigint, feed varchar, landed_at timestamp, event_id varchar, deal_id varchar,
    lead_id varchar, stage varchar, amount decimal(18, 2), currency varchar, occurred_at timestamp,
    occurred_date date, attributes json, record_id varchar, statement_row bigint, is_observed boolean,
    keeps_every_version boolean
);
create table raw.record_merges (
    file_number bigint, row_number bigint, feed varchar, landed_at timestamp, event_id varchar, record_type varchar,
    from_id varchar, into_id varchar, occurred_at timestamp, occurred_date date, action varchar, attributes json
);
"""


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        yield connection


@pytest.fixture
def company() -> Dataset:
    return generate(5, 150)


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, object]]) -> None:
    names = list(rows[0])
    query = f"insert into {table} ({', '.join(names)}) values ({', '.join('?' for _ in names)})"
    connection.executemany(query, [list(row.values()) for row in rows])


def fill(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> None:
    """Write what landing would have written, feeds backwards: only `feed_order` has their order."""
    connection.execute(RAW)
    for order, feed in reversed(list(enumerate(inputs.feeds, start=1))):
        insert(connection, "raw.feeds", [{"feed": feed.name, "kind": feed.kind, "feed_order": order}])
        if feed.rejected:
            insert(connection, "raw.rejected_rows", [{"feed": feed.name}] * feed.rejected)
    insert(connection, "raw.landed_files", [{"landed_at": inputs.newest_file}])
    insert(connection, "raw.lead_events", [vars(row) for row in inputs.leads])
    insert(connection, "raw.deal_events", [vars(row) for row in inputs.deals])
    insert(connection, "raw.record_merges", [vars(row) for row in inputs.merges])


def test_a_warehouse_reads_back_as_the_inputs_it_was_filled_with(
    connection: duckdb.DuckDBPyConnection, company: Dataset, tmp_path: Path
) -> None:
    company.write(tmp_path)
    inputs = company.inputs()
    fill(connection, inputs)
    found = read_inputs(connection, tmp_path / "seeds", inputs.parameters)
    assert replace(inputs, seeds=dict(inputs.seeds)) == found


def test_a_missing_seed_is_named(connection: duckdb.DuckDBPyConnection, company: Dataset, tmp_path: Path) -> None:
    company.write(tmp_path)
    fill(connection, company.inputs())
    (tmp_path / "seeds" / "targets" / "revenue_plan.csv").unlink()
    with pytest.raises(FileNotFoundError, match=r"revenue_plan\.csv"):
        read_inputs(connection, tmp_path / "seeds", company.parameters)


def test_tables_read_from_duckdb_compare_with_what_was_calculated(
    connection: duckdb.DuckDBPyConnection, company: Dataset
) -> None:
    expected = {"fct_weighted_close_rates": calculate(company.inputs())["fct_weighted_close_rates"]}
    connection.execute(
        "create table fct_weighted_close_rates (period_start date, segment varchar, leads_in_mix bigint, "
        "weighted_close_rate double, average_deal_value double)"
    )
    insert(connection, "fct_weighted_close_rates", expected["fct_weighted_close_rates"])
    assert compare(expected, read_tables(connection, "main", expected)) == []
    connection.execute("update fct_weighted_close_rates set leads_in_mix = 0 where segment = 'all'")
    assert "leads_in_mix" in compare(expected, read_tables(connection, "main", expected))[-1]
