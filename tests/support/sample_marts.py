"""The published tables of the sample company's folder, to compare two ways of getting the same data into it."""

from datetime import date
from pathlib import Path

from tests.support.harness import Company
from tests.support.marts import Rows, are_same, read_marts

# What it says of feeds and their rows; a record gives its events again with each statement.
OF_FEEDS = ("rpt_data_quality",)


def build_marts(home: Path, until: date) -> dict[str, Rows]:
    """Refresh as of a day, and return all tables."""
    company = Company.at(home)
    company.refresh(until, as_shipped=True)
    return read_marts(company)


def find_different(one: dict[str, Rows], other: dict[str, Rows]) -> list[str]:
    """The names of the tables that have other rows."""
    assert one.keys() == other.keys()
    return [name for name, rows in one.items() if name not in OF_FEEDS and not are_same(rows, other[name])]


def count_by_reason(rows: Rows) -> dict[str, int]:
    """The rows of `rpt_data_quality`, over all feeds."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row[1]] = counts.get(row[1], 0) + row[2]
    return counts
