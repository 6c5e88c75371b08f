"""Finds the table in the rows of a file: the header below a title, and the notice below the data."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

NAMED_SHARE = 0.75  # of the columns, in a header; titles fill fewer
LONGEST_FOOTER = 20


@dataclass(frozen=True)
class Line:
    """A row of a file as text, with the number of its first line."""

    number: int
    cells: tuple[str, ...]

    @property
    def filled(self) -> int:
        """How many cells are not empty."""
        return sum(1 for cell in self.cells if cell.strip())


@dataclass(frozen=True)
class Table:
    """Where the names are, what they are, and whether a notice follows a blank line behind the data."""

    header_row: int
    has_footer: bool
    names: tuple[str, ...]


def find_table(lines: Sequence[Line], width: int) -> Table:
    """Find the table of `width` columns; the first line with most columns named is the header."""
    named = max(1, NAMED_SHARE * width)
    header = next((at for at, line in enumerate(lines) if len(line.cells) >= width and line.filled >= named), 0)
    above = any(line.filled for line in lines[:header])
    names = tuple(cell.strip() for cell in lines[header].cells if cell.strip()) if lines else ()
    return Table(lines[header].number if above else 1, _has_footer(lines[header + 1 :], width), names)


def _has_footer(lines: Sequence[Line], width: int) -> bool:
    """Whether what follows the first blank line is short and narrow, so that no row of data is left out."""
    blank = next((at for at, line in enumerate(lines) if not line.filled), None)
    if blank is None:
        return False
    after = [line for line in lines[blank:] if line.filled]
    return 0 < len(after) <= LONGEST_FOOTER and all(line.filled <= max(1, width // 2) for line in after)


def common_width(lines: Sequence[Line]) -> tuple[int, int]:
    """The commonest number of cells of the rows, and how many rows have it; of several the greatest."""
    counts = Counter(len(line.cells) for line in lines if line.filled)
    return max(counts.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
