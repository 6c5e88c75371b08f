"""Reads a version of the mart: the one that readers see, or the one about to be published."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from orchestration.settings import Settings
from orchestration.warehouse import limits

Record = dict[str, Any]


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
