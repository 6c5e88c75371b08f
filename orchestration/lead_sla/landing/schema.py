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
    for table, columns in _tables().items():
        described = ", ".join(f"{name} {sql_type}" for name, sql_type in columns.items())
        connection.execute(f"create table if not exists raw.{table} ({described})")


def _tables() -> dict[str, dict[str, str]]:
    origin = {"file_id": "varchar", "file_number": "bigint"}
    position = origin | {"row_number": "bigint", "feed": "varchar", "landed_at": "timestamp"}
    counts = {"size_bytes": "bigint", "rows_read": "bigint", "rows_landed": "bigint", "rows_rejected": "bigint"}
    place = {"feed": "varchar", "path": "varchar", "line_number": "bigint", "column_name": "varchar"}
    return {
        "feeds": {"feed": "varchar", "kind": "varchar", "feed_order": "integer", "is_configured": "boolean"},
        "landed_files": origin
        | {"feed": "varchar", "kind": "varchar", "path": "varchar"}
        | counts
        | {"landed_at": "timestamp"},
        **{kind: position | stored_columns(kind) | {"attributes": "json"} for kind in KINDS},
        "rejected_rows": origin | place | {"reason": "varchar", "original_text": "varchar", "landed_at": "timestamp"},
    }
