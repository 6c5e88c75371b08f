"""The rows of a table on two engines, cell by cell: floats within 1e-9, everything else exactly."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import isclose
from typing import Any

TOLERANCE = 1e-9

Rows = Sequence[Mapping[str, Any]]
Cells = tuple[tuple[str, Any], ...]


def compare_rows(expected: Rows, actual: Rows) -> list[str]:
    """Every difference in words; rows are matched by their exact cells."""
    if not expected or not actual:
        return [] if len(expected) == len(actual) else [f"expected {len(expected)} rows, actual {len(actual)}"]
    if expected[0].keys() != actual[0].keys():
        return [f"expected columns {list(expected[0])}, actual {list(actual[0])}"]
    inexact = {name for row in (*expected, *actual) for name, cell in row.items() if isinstance(cell, float)}
    wanted, found = _by_exact_cells(expected, inexact), _by_exact_cells(actual, inexact)
    differences = []
    for key in sorted(wanted.keys() | found.keys(), key=str):
        sides = wanted.get(key, []), found.get(key, [])
        if len(sides[0]) != len(sides[1]) or not all(map(_same_cells, *sides)):
            differences.append(f"{dict(key)}: expected {sides[0]}, actual {sides[1]}")
    return differences


def _by_exact_cells(rows: Rows, inexact: set[str]) -> dict[Cells, list[Cells]]:
    """The inexact cells of the rows, by their exact ones."""
    grouped: dict[Cells, list[Cells]] = defaultdict(list)
    for row in rows:
        exact = tuple((name, cell) for name, cell in row.items() if name not in inexact)
        grouped[exact].append(tuple((name, row[name]) for name in sorted(inexact)))
    for group in grouped.values():
        group.sort(key=str)
    return grouped


def _same_cells(expected: Cells, actual: Cells) -> bool:
    return all(_same(one, other) for (_, one), (_, other) in zip(expected, actual, strict=True))


def _same(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    return isclose(float(one), float(other), rel_tol=TOLERANCE, abs_tol=TOLERANCE)
