"""The rows of one object, which queries and pages of queries read while tests edit them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from tests.support.salesforce.ids import make_id
from tests.support.salesforce.moments import Value
from tests.support.salesforce.schema import Field, Kind

FIRST_NUMBER = 30  # so that ids soon go from capitals to small letters, which sort differently without case
Row = Mapping[str, Value]


class SortKey(NamedTuple):
    """A field to sort by."""

    name: str
    is_falling: bool
    has_empty_first: bool


class Table:
    """Rows by id. A row is never changed in place but replaced, so that a page of an older query keeps what it had."""

    def __init__(self, kind: Kind) -> None:
        """Begin without rows."""
        self.kind = kind
        self.fields: dict[str, Field] = dict(kind.fields)
        self.hidden: set[str] = set()  # fields that the user of the integration may not see
        self.rows: dict[str, Row] = {}
        self.revision = 0
        self._next_number = FIRST_NUMBER
        self._referring: dict[tuple[str, Value], dict[str, None]] = {}  # the ids of rows by reference
        self._sorted: tuple[object, list[Row]] = (None, [])

    @property
    def visible(self) -> dict[str, Field]:
        """The fields that a query may name."""
        return {name: field for name, field in self.fields.items() if name not in self.hidden}

    def add(self, values: Mapping[str, Value]) -> str:
        """Add a row with these values and return its id; fields without a value are empty."""
        row_id = make_id(self.kind.prefix, self._next_number)
        self._next_number += 1
        empty: dict[str, Value] = {name: False if one.type == "boolean" else None for name, one in self.fields.items()}
        self._put(row_id, {**empty, "Id": row_id}, values)
        return row_id

    def change(self, row_id: str, **values: Value) -> None:
        """Replace a row by one with these values."""
        self._put(row_id, self.rows[row_id], values)

    def remove(self, row_id: str) -> None:
        """Take out a row for ever."""
        self._index(row_id, self.rows.pop(row_id), {})
        self.revision += 1

    def where(self, **values: Value) -> list[str]:
        """The ids of the rows, deleted ones among them, that have these values."""
        indexed = next((pair for pair in values.items() if self.fields[pair[0]].target), None)
        among = self.rows if indexed is None else self._referring.get(indexed, {})
        return [one for one in among if all(self.rows[one][name] == value for name, value in values.items())]

    def add_field(self, name: str, field: Field, value: Value = None) -> None:
        """Define a field, in which the rows that there are have one value or none."""
        self.fields[name] = field
        for row_id, row in self.rows.items():
            self.rows[row_id] = {**row, name: value}
        self.revision += 1

    def in_order(self, order: tuple[SortKey, ...], ids: Sequence[str] | None = None) -> list[Row]:
        """All rows, or those with some ids, in an order; that of all rows is remembered."""
        if ids is not None:
            return _sort([self.rows[one] for one in ids], order)
        if self._sorted[0] != (self.revision, order):
            self._sorted = ((self.revision, order), _sort(list(self.rows.values()), order))
        return self._sorted[1]

    def _put(self, row_id: str, row: Row, values: Mapping[str, Value]) -> None:
        unknown = values.keys() - self.fields.keys()
        assert not unknown, f"{self.kind.name} has no fields {sorted(unknown)}: add_field first"
        self._index(row_id, self.rows.get(row_id, {}), {**row, **values})
        self.rows[row_id] = {**row, **values}
        self.revision += 1

    def _index(self, row_id: str, before: Row, after: Row) -> None:
        for name, field in self.fields.items():
            if field.target and before.get(name) != after.get(name):
                self._referring.get((name, before.get(name)), {}).pop(row_id, None)
                self._referring.setdefault((name, after.get(name)), {})[row_id] = None


def _sort(rows: list[Row], order: Iterable[SortKey]) -> list[Row]:
    for name, is_falling, has_empty_first in reversed(tuple(order)):
        filled = sorted((row for row in rows if row[name] is not None), key=_key(name), reverse=is_falling)
        empty = [row for row in rows if row[name] is None]
        rows = [*empty, *filled] if has_empty_first else [*filled, *empty]
    return rows


def _key(name: str) -> Callable[[Row], Any]:
    return lambda row: row[name]
