"""The published tables of a company as rows, and whether two of them are the same."""

import math
from typing import Any

from tests.support.harness import Company

Rows = list[tuple[Any, ...]]


def read_marts(company: Company) -> dict[str, Rows]:
    """All published tables, each in one order."""
    with company.warehouse() as connection:
        names = connection.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
        return {name: connection.execute(f"select * from marts.{name} order by all").fetchall() for (name,) in names}


def are_same(some: Rows, others: Rows) -> bool:
    """Whether all cells are, but for the last bits of fractions, which depend on the order in which they are added."""
    return len(some) == len(others) and all(
        is_same(one, other)
        for row, other_row in zip(some, others, strict=True)
        for one, other in zip(row, other_row, strict=True)
    )


def is_same(one: Any, other: Any) -> bool:
    """Whether two cells are the same."""
    both = isinstance(one, float) and isinstance(other, float)
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9) if both else bool(one == other)
