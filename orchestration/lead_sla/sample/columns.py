"""Tables as columns: the events of the sample company in memory, before they become text.

Every table of events has `occurred` (seconds since 1970, UTC) and `exported` (the day, as a day number, on which the
source hands the row over) beside the columns of its feed.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Table = dict[str, npt.NDArray]


def size(table: Table) -> int:
    """Number of rows."""
    return len(next(iter(table.values())))


def pick(table: Table, rows: npt.NDArray) -> Table:
    """The rows at these positions, or where this mask is true."""
    return {name: column[rows] for name, column in table.items()}


def stack(tables: Sequence[Table]) -> Table:
    """The rows of all tables, which have the same columns."""
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


def numbered(pattern: str, numbers: npt.NDArray) -> npt.NDArray[np.str_]:
    """`pattern` with each number in it, such as `L-2026-11-%05d`."""
    return np.char.mod(pattern, numbers)


def texts(text: str, count: int) -> npt.NDArray[np.str_]:
    """The same text `count` times."""
    return np.full(count, text)
