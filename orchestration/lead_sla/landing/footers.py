"""Finds rows behind the blank line or row that ends the data of a feed with a declared footer: it may be a mistake."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lead_sla.formatting import show_count
from lead_sla.landing.records import Grammar, Lines, read_csv_records, split_fields

FEWEST_OF_A_ROW = 2  # values; a notice has one
SHOWN_CHARACTERS = 100


@dataclass
class RowsBehind:
    """What stands behind the blank line: how many rows have so many values, and where the first of them is."""

    blank_line: int
    counts: dict[int, int] = field(default_factory=dict)
    first: dict[int, tuple[int, str]] = field(default_factory=dict)

    def add(self, number: int, values: Sequence[object]) -> None:
        """Count a row with its values, of which some may be empty."""
        filled = filled_values(values)
        if len(filled) >= FEWEST_OF_A_ROW:
            self.counts[len(filled)] = self.counts.get(len(filled), 0) + 1
            self.first.setdefault(len(filled), (number, ", ".join(filled)[:SHOWN_CHARACTERS]))

    def describe(self, fewest_before: int, line: str) -> str | None:
        """A sentence if rows have as many values as those before the blank line; `line` is what a number counts."""
        alike = [filled for filled in self.counts if filled >= fewest_before]
        if not alike:
            return None
        number, text = min(self.first[filled] for filled in alike)
        rows = sum(self.counts[filled] for filled in alike)
        return (
            f"its data ends at the blank {line} {self.blank_line}, because the feed declares a `footer`, but behind it "
            f"{show_count(rows, 'row')} with as many values did not land, the first on {line} {number}: {text}. Remove "
            f"the blank {line} if that is data."
        )


def filled_values(values: Sequence[object]) -> list[str]:
    """Those that are not empty, as text."""
    return [str(value) for value in values if value is not None and str(value).strip()]


def find_rows_behind(lines: Lines, csv: Grammar, columns: int) -> RowsBehind:
    """Read on behind the blank line of a CSV file at which its records ended."""
    behind = RowsBehind(lines.number)
    for record in read_csv_records(lines, columns, csv):
        if record.fault is None:
            behind.add(record.line_number, [value.decode() for value in split_fields(record.text, csv)])
    return behind


def count_filled(columns: Iterable[str]) -> str:
    """SQL for the number of columns with a value."""
    return f"len(list_filter([{', '.join(columns)}], lambda value: trim(value) <> ''))"
