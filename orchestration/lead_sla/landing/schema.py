"""The `raw` tables that landing fills and dbt reads."""

import duckdb

from lead_sla.inputs.feed_columns import KINDS, ColumnType

SQL_TYPES: dict[ColumnType, str] = {"text": "varchar", "amount": "decimal(18, 2)", "stamp": "timestamp"}


def stored_columns(kind: str) -> dict[str, str]:
    """The typed columns of a kind's raw table, in order, with their SQL types.

    A timestamp is followed by `occurred_date`; the one that is filled shows whether the source had an instant or a day.
    """
    stored = {}
    for column in KINDS[kind]:
        stored[column.name] = SQL_TYPES[column.type]
        if column.type == "stamp":
            stored["occurred_date"] = "date"
    return stored


def create_raw_schema(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `raw` and its tables if they do not exist."""
    connection.execute("create schema if not exists raw")
    for table, definitions in _tables().items():
        connection.execute(f"create table if not exists raw.{table} ({', '.join(definitions)})")


def _tables() -> dict[str, tuple[str, ...]]:
    """The column definitions and constraints of every table.

    Event tables have no key: its index would double their size, and landing numbers every file once and the rows of a
    file once, so that (file_number, row_number) is unique by construction.
    """
    file = ("file_id varchar not null", "file_number bigint not null")
    feed, path = "feed varchar not null", "path varchar not null"
    row_number, landed_at = "row_number bigint not null", "landed_at timestamp not null"
    return {
        "feeds": (
            "feed varchar primary key",
            "kind varchar not null",
            "feed_order integer not null",
            "is_configured boolean not null",
        ),
        "landed_files": (
            "file_id varchar primary key",
            "file_number bigint not null unique",
            feed,
            "kind varchar not null",
            path,
            "size_bytes bigint not null",
            "rows_read bigint not null",
            "rows_landed bigint not null",
            "rows_rejected bigint not null",
            landed_at,
            "check (rows_read = rows_landed + rows_rejected)",
        ),
        **{kind: (*file, row_number, feed, landed_at, *_event_columns(kind)) for kind in KINDS},
        "rejected_rows": (
            *file,
            feed,
            path,
            "line_number bigint not null",
            "column_name varchar",
            "reason varchar not null",
            "original_text varchar not null",
            landed_at,
        ),
    }


def _event_columns(kind: str) -> list[str]:
    required = {column.name for column in KINDS[kind] if column.required and column.type != "stamp"}
    stored = stored_columns(kind).items()
    typed = [f"{name} {sql_type}{' not null' if name in required else ''}" for name, sql_type in stored]
    return [*typed, "attributes json", "check (occurred_at is not null or occurred_date is not null)"]
