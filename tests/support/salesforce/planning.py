"""Which rows a query has to look at, so that an org with hundreds of thousands of them answers soon enough."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from tests.support.salesforce.ids import read_id
from tests.support.salesforce.soql import Comparison, Condition, Junction, Literal
from tests.support.salesforce.tables import Row, SortKey, Table

NEVER_EMPTY = ("Id", "CreatedDate", "LastModifiedDate", "SystemModstamp")


def rows_to_test(table: Table, condition: Condition | None, order: tuple[SortKey, ...]) -> Iterable[Row]:
    """Rows in an order, all that meet a condition among them."""
    ids = _named_ids(table, condition)
    if ids is not None:
        return table.in_order(order, ids)
    rows = table.in_order(order)
    if not order or order[0].name not in NEVER_EMPTY or order[0].is_falling:
        return rows
    return rows[_first_place(rows, order[0].name, condition) :]


def _named_ids(table: Table, condition: Condition | None) -> list[str] | None:
    """The rows whose ids, or whose references, are listed in a condition that all must meet; None if none is."""
    parts: Sequence[Condition | None] = [condition]
    if isinstance(condition, Junction) and condition.word == "and":
        parts = condition.conditions
    for part in parts:
        if isinstance(part, Comparison) and part.operator in {"=", "in"} and None not in part.values:
            given = dict.fromkeys(filter(None, (read_id(str(value)) for value in part.values)))
            if part.field == "Id":
                return [one for one in given if one in table.rows]
            if part.field in table.fields and table.fields[part.field].target:
                return [row_id for one in given for row_id in table.where(**{part.field: one})]
    return None


def _first_place(rows: Sequence[Row], name: str, condition: Condition | None) -> int:
    least = _least(name, condition)
    return 0 if least is None else bisect_left(rows, least, key=lambda row: row[name])


def _least(name: str, condition: Condition | None) -> Literal:
    """A value that a field must at least have to meet a condition; None if it says nothing of that."""
    if isinstance(condition, Comparison):
        return condition.values[0] if condition.field == name and condition.operator in {">", ">=", "="} else None
    if condition is None or condition.word == "not":
        return None
    least = [_least(name, one) for one in condition.conditions]
    if condition.word == "and":
        return max((one for one in least if one is not None), default=None)
    return None if None in least else min(least)  # type: ignore[type-var]
