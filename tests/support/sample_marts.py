"""The published tables of a company's folder, to compare two ways of getting the same data into it."""

import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from tests.support.harness import Company

Rows = list[tuple[Any, ...]]
# What it says of feeds and their rows; a record gives its events again with each statement.
OF_FEEDS = ("rpt_data_quality",)


def build_marts(home: Path, until: date) -> dict[str, Rows]:
    """Refresh as of a day, and return all tables."""
    company = Company.at(home)
    company.refresh(until, as_shipped=True)
    return dict(_read(company))


def find_different(one: dict[str, Rows], other: dict[str, Rows]) -> list[str]:
    """The names of the tables that have other rows."""
    assert one.keys() == other.keys()
    return [name for name, rows in one.items() if name not in OF_FEEDS and not _are_same(rows, other[name])]


def count_by_reason(rows: Rows) -> dict[str, int]:
    """The rows of `rpt_data_quality`, over all feeds."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row[1]] = counts.get(row[1], 0) + row[2]
    return counts


def _are_same(some: Rows, others: Rows) -> bool:
    """Whether all cells are, but for the last bits of fractions, which depend on the order in which they are added."""
    return len(some) == len(others) and all(
        _is_same(one, other)
        for row, other_row in zip(some, others, strict=True)
        for one, other in zip(row, other_row, strict=True)
    )


def _is_same(one: Any, other: Any) -> bool:
    both = isinstance(one, float) and isinstance(other, float)
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9) if both else bool(one == other)


def _read(company: Company) -> Iterator[tuple[str, Rows]]:
    with company.warehouse() as connection:
        names = connection.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
        for (name,) in names:
            yield name, connection.execute(f"select * from marts.{name} order by all").fetchall()
