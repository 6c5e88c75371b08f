"""The tables of `raw` refuse missing values, second keys, and files whose rows do not add up."""

from collections.abc import Iterator

import duckdb
import pytest

from lead_sla.landing.schema import TABLES, create_tables

FEED = {"feed": "leads", "kind": "lead_events", "feed_order": 1, "is_configured": True}
FILE = {
    "file_id": "f1",
    "file_number": 1,
    "feed": "leads",
    "kind": "lead_events",
    "path": "leads/1.csv",
    "size_bytes": 10,
    "rows_read": 3,
    "rows_landed": 2,
    "rows_rejected": 1,
    "rows_filtered": 0,
    "landed_at": "2026-01-01",
}
REJECTED = {
    "file_id": "f1",
    "file_number": 1,
    "feed": "leads",
    "path": "leads/1.csv",
    "line_number": 3,
    "reason": "is required, and missing",
    "original_text": "e2,,demo",
    "landed_at": "2026-01-01",
}
ROWS: dict[str, dict[str, object]] = {
    "feeds": FEED,
    "landed_files": FILE,
    "rejected_rows": REJECTED,
}


@pytest.fixture(scope="module")
def raw() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        create_tables(connection)
        yield connection


@pytest.fixture
def connection(raw: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    raw.execute("begin")
    yield raw
    raw.execute("rollback")


def insert(connection: duckdb.DuckDBPyConnection, table: str, row: dict[str, object]) -> None:
    values = ", ".join(f"${name}" for name in row)
    connection.execute(f"insert into raw.{table} ({', '.join(row)}) values ({values})", row)


@pytest.mark.parametrize("table", ROWS)
def test_a_row_with_every_required_value_is_stored(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    insert(connection, table, ROWS[table])


@pytest.mark.parametrize(("table", "column"), [(table, column) for table, row in ROWS.items() for column in row])
def test_a_missing_value_is_refused(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> None:
    with pytest.raises(duckdb.ConstraintException, match=f"NOT NULL constraint failed: {table}.{column}"):
        insert(connection, table, ROWS[table] | {column: None})


@pytest.mark.parametrize(
    ("table", "other"),
    [
        ("feeds", {"feed_order": 2}),
        ("landed_files", {"file_id": "f2"}),
    ],
)
def test_a_second_key_is_refused(connection: duckdb.DuckDBPyConnection, table: str, other: dict[str, object]) -> None:
    insert(connection, table, ROWS[table])
    with pytest.raises(duckdb.ConstraintException, match="violation: duplicate key"):
        insert(connection, table, ROWS[table] | other)


def test_files_of_an_older_release_have_no_filtered_rows_and_later_ones_can() -> None:
    old = {column: value for column, value in FILE.items() if column != "rows_filtered"}
    definitions = [one for one in TABLES["landed_files"] if "rows_filtered" not in one and "stored_in" not in one]
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        rows_add_up = "check (rows_read = rows_landed + rows_rejected)"
        connection.execute(f"create table raw.landed_files ({', '.join(definitions)}, {rows_add_up})")
        insert(connection, "landed_files", old)
        create_tables(connection)
        insert(
            connection, "landed_files", FILE | {"file_id": "f2", "file_number": 2, "rows_read": 5, "rows_filtered": 2}
        )
        create_tables(connection)
        found = connection.execute("select file_id, rows_read, rows_filtered, stored_in from raw.landed_files")
        assert found.fetchall() == [("f1", 3, 0, None), ("f2", 5, 2, None)]


def test_a_file_of_an_older_release_which_landed_for_one_feed_can_land_for_another() -> None:
    definitions = ["file_id varchar primary key" if "file_id" in one else one for one in TABLES["landed_files"]]
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        connection.execute(f"create table raw.landed_files ({', '.join(definitions)})")
        insert(connection, "landed_files", FILE)
        create_tables(connection)
        insert(connection, "landed_files", FILE | {"file_number": 2})
        assert connection.execute("select count(*), count(distinct file_id) from raw.landed_files").fetchall() == [
            (2, 1)
        ]


def test_a_file_whose_rows_do_not_add_up_is_refused(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.ConstraintException, match="CHECK constraint failed"):
        insert(connection, "landed_files", FILE | {"rows_rejected": 0})
