"""The workbench: an in-memory database with the warehouse attached, and SQL helpers."""

import contextlib
from collections.abc import Iterator, Mapping

import duckdb

from lead_sla.errors import InputError
from lead_sla.publishing.manifest import Column
from lead_sla.settings import Settings
from lead_sla.sql import literal
from lead_sla.warehouse import limits, make_spill_dir

MART_FILE = "sla_mart.duckdb"


@contextlib.contextmanager
def workbench(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A fresh in-memory database with the warehouse attached read-only as `warehouse`.

    Raises:
        InputError: the warehouse does not exist.
    """
    if not settings.warehouse_path.exists():
        raise InputError(f"The warehouse {settings.warehouse_path} does not exist. Run `lead-sla refresh` first.")
    make_spill_dir(settings)
    with duckdb.connect(":memory:", config=limits(settings)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {literal(settings.warehouse_path)} as warehouse (read_only)")
        yield connection


def describe_tables(connection: duckdb.DuckDBPyConnection, database: str, schema: str) -> dict[str, tuple[Column, ...]]:
    """Every table and view of a schema, by name, with its columns in order."""
    rows = connection.execute(
        """
        select table_name, column_name, data_type, is_nullable = 'YES'
        from information_schema.columns
        where table_catalog = ? and table_schema = ?
        order by table_name, ordinal_position
        """,
        [database, schema],
    ).fetchall()
    tables: dict[str, tuple[Column, ...]] = {}
    for table, name, data_type, nullable in rows:
        tables[table] = (*tables.get(table, ()), Column(name=name, type=data_type, nullable=nullable))
    return tables


def create_described(
    connection: duckdb.DuckDBPyConnection, target: str, comment: str, columns: Mapping[str, tuple[str, str]]
) -> None:
    """Create a table from its columns' definitions, with the comments that a reader of the mart sees."""
    definitions = ", ".join(f"{name} {definition}" for name, (definition, _) in columns.items())
    connection.execute(f"create table {target} ({definitions})")
    connection.execute(f"comment on table {target} is {literal(comment)}")
    for name, (_, meaning) in columns.items():
        connection.execute(f"comment on column {target}.{name} is {literal(meaning)}")
