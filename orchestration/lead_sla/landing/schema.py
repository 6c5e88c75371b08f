"""The tables and columns of `raw`, which landing fills and dbt reads."""

import duckdb

from lead_sla.inputs.feed_columns import KINDS, RECORD_KINDS, ColumnType
from lead_sla.warehouse import transaction

SQL_TYPES: dict[ColumnType, str] = {"text": "varchar", "amount": "decimal(18, 2)", "stamp": "timestamp"}
TABLES = {
    "feeds": (
        "feed varchar primary key",
        "kind varchar not null",
        "feed_order integer not null",
        "is_configured boolean not null",
        "replaces_events boolean not null default false",
        "lists_all_records boolean not null default false",
        "mapping varchar",
    ),
    "landed_files": (
        "file_id varchar not null",
        "file_number bigint not null unique",
        "feed varchar not null",
        "kind varchar not null",
        "path varchar not null",
        "size_bytes bigint not null",
        "rows_read bigint not null",
        "rows_landed bigint not null",
        "rows_rejected bigint not null",
        "rows_filtered bigint not null",
        "landed_at timestamp not null",
        "stored_in varchar",
        "mapping varchar",
        "read_again_at timestamp",
        "forgotten_at timestamp",
        "check (rows_read = rows_landed + rows_rejected + rows_filtered)",
    ),
    "rejected_rows": (
        "file_id varchar not null",
        "file_number bigint not null",
        "feed varchar not null",
        "path varchar not null",
        "line_number bigint not null",
        "column_name varchar",
        "reason varchar not null",
        "original_text varchar not null",
        "landed_at timestamp not null",
    ),
}
# Columns that tables of older releases lack.
ADDED_COLUMNS = (
    ("feeds", "replaces_events", "boolean default false"),
    ("feeds", "lists_all_records", "boolean default false"),
    ("feeds", "mapping", "varchar"),
    ("landed_files", "mapping", "varchar"),
    ("landed_files", "read_again_at", "timestamp"),
    ("landed_files", "forgotten_at", "timestamp"),
)

# Before a file could land for feeds of leads and of deals, its id was the key.
PRIMARY_KEYS = """
    select 1 from duckdb_constraints()
    where database_name = current_database() and schema_name = 'raw' and table_name = 'landed_files'
        and constraint_type = 'PRIMARY KEY'
"""

# Of events that a record gives; those of a feed of events have none of these.
RECORD_COLUMNS = {
    "record_id": "varchar",
    "statement_row": "bigint",
    "is_observed": "boolean",
    "keeps_every_version": "boolean",
}
# Of the rows themselves; they are stored with their first event, or as entry 0 if they have none.
STATEMENT_COLUMNS = {
    "file_id": "varchar",
    "file_number": "bigint",
    "row_number": "bigint",
    "feed": "varchar",
    "landed_at": "timestamp",
    "record_id": "varchar",
    "version": "decimal(38, 6)",
    "is_withdrawn": "boolean",
    "may_repeat_events": "boolean",
    "attributes": "json",
}


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


def event_columns(kind: str) -> dict[str, str]:
    """The columns of a kind's events in `raw`, in order, with their SQL types.

    Landing fills the first five and the required columns of the kind in every row, and `occurred_at` or
    `occurred_date`; (file_number, row_number) is unique because it numbers files once, and the rows of a file once.
    """
    position = {"file_id": "varchar", "file_number": "bigint", "row_number": "bigint"}
    landed = {**position, "feed": "varchar", "landed_at": "timestamp"}
    of_records = RECORD_COLUMNS if kind in RECORD_KINDS.values() else {}
    return {**landed, **stored_columns(kind), "attributes": "json", **of_records}


def stored_in_files(kind: str) -> list[str]:
    """The columns of the Parquet files of a feed's kind: its events, and in those of record feeds the statements."""
    if kind not in RECORD_KINDS:
        return [name for name in event_columns(kind) if name not in RECORD_COLUMNS]
    return [*event_columns(RECORD_KINDS[kind]), "entry", "is_statement", "version", "is_withdrawn", "may_repeat_events"]


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `raw` and its tables if they do not exist; what an older release did not have is added."""
    connection.execute("create schema if not exists raw")
    for table, definitions in TABLES.items():
        connection.execute(f"create table if not exists raw.{table} ({', '.join(definitions)})")
    for table, column, definition in ADDED_COLUMNS:
        connection.execute(f"alter table raw.{table} add column if not exists {column} {definition}")
    _upgrade_landed_files(connection)


def _upgrade_landed_files(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the table again if an older release has made it, since DuckDB cannot change the constraints of a table."""
    columns = connection.execute("select column_name from (describe raw.landed_files)").fetchall()
    keys = connection.execute(PRIMARY_KEYS).fetchall()
    if ("rows_filtered",) in columns and not keys:
        return
    with transaction(connection):
        connection.execute("create temp table landed_before as from raw.landed_files")
        connection.execute("drop table raw.landed_files")
        connection.execute(f"create table raw.landed_files ({', '.join(TABLES['landed_files'])})")
        filtered = "" if ("rows_filtered",) in columns else ", 0 as rows_filtered"
        connection.execute(f"insert into raw.landed_files by name select *{filtered} from landed_before")
        connection.execute("drop table landed_before")
