"""Opens a published mart, read-only: the current version, or the one in a folder. Nothing else opens one."""

import contextlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from lead_sla.errors import InputError
from lead_sla.settings import Settings
from lead_sla.warehouse import limits

Record = dict[str, Any]


@contextlib.contextmanager
def open_mart(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The current publication, read-only; a refresh may be running meanwhile.

    Raises:
        InputError: nothing is published yet, or the mart lacks a table or column that is read.
    """
    if not settings.mart_path.exists():
        raise InputError(f"Nothing is published yet at {settings.mart_path}. Run `lead-sla refresh` first.")
    with duckdb.connect(str(settings.mart_path), read_only=True, config=limits(settings)) as connection:
        try:
            yield connection
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise InputError(
                f"The mart at {settings.mart_path} was published by another release of Lead SLA: "
                f"{str(error).splitlines()[0]} Run `lead-sla refresh` to publish a current one."
            ) from error


def read_as_of_date(connection: duckdb.DuckDBPyConnection) -> date:
    """The last day that counts in the publication."""
    return connection.execute("select as_of_date from publication").fetchall()[0][0]


@contextlib.contextmanager
def open_version(settings: Settings, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The mart of the version in `folder`, read-only."""
    with duckdb.connect(str(folder / "sla_mart.duckdb"), read_only=True, config=limits(settings)) as connection:
        yield connection


def fetch(mart: duckdb.DuckDBPyConnection, sql: str, parameters: object = None) -> list[Record]:
    """The rows of a query, each by the names of its columns."""
    cursor = mart.execute(sql, parameters)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
