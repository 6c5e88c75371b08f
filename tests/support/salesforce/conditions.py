"""Conditions of a query as functions of a row, with Salesforce's complaints about those that do not fit their field."""

import operator
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from tests.support.salesforce.ids import read_id
from tests.support.salesforce.paths import Path, find_path
from tests.support.salesforce.refusals import QueryError
from tests.support.salesforce.schema import BOOLEAN, CURRENCY, DATE, DATETIME, DOUBLE, ID, INT, REFERENCE
from tests.support.salesforce.soql import Comparison, Condition, Junction, Literal
from tests.support.salesforce.tables import Row, Table

NUMBERS: Final = {DOUBLE, CURRENCY, INT}
IDS: Final = {ID, REFERENCE}
COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
Test = Callable[[Row], bool]


def to_test(tables: dict[str, Table], table: Table, condition: Condition) -> Test:
    """Whether a row meets a condition.

    Raises:
        QueryError: a field does not exist, cannot be filtered, or is compared with another type.
    """
    if isinstance(condition, Junction):
        tests = [to_test(tables, table, one) for one in condition.conditions]
        if condition.word == "not":
            return lambda row: not tests[0](row)
        holds = all if condition.word == "and" else any
        return lambda row: holds(test(row) for test in tests)
    path = find_path(tables, table, condition.field)
    if not path.field.is_filterable:
        raise QueryError("INVALID_FIELD", f"field '{condition.field}' can not be filtered in a query call")
    return _compare(path, condition, [_typed(path, value, condition) for value in condition.values])


def _compare(path: Path, condition: Comparison, values: list[Any]) -> Test:
    read, wanted, sign = path.read, values[0], condition.operator
    if sign in {"=", "in", "!=", "not in"}:
        every, is_in = set(values), sign in {"=", "in"}
        return lambda row: (_folded(path, read(row)) in every) == is_in
    compare = COMPARE[sign]
    return lambda row: (value := _folded(path, read(row))) is not None and compare(value, wanted)


def _folded(path: Path, value: Any) -> Any:
    """Texts are compared without case, ids with it."""
    return value.lower() if isinstance(value, str) and path.field.type not in IDS else value


def _typed(path: Path, value: Literal, condition: Comparison) -> Any:
    kind = path.field.type
    if value is None:
        if condition.operator in COMPARE:
            raise QueryError("MALFORMED_QUERY", "unexpected token: 'null'")
        return None
    if kind in IDS:
        found = read_id(value) if isinstance(value, str) else None
        if found is None:
            raise QueryError("INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {value}")
        return found
    if kind == BOOLEAN and condition.operator in COMPARE:
        raise QueryError("INVALID_FIELD", f"invalid operator on {condition.field}")
    expected, name = _expected(kind)
    if type(value) is not expected:
        quotes = "be" if expected is str else "not be"
        raise QueryError(
            "INVALID_FIELD",
            f"value of filter criterion for field '{condition.field}' must be of type {name} and should {quotes} "
            "enclosed in quotes",
        )
    return value.lower() if isinstance(value, str) else value


def _expected(kind: str) -> tuple[type, str]:
    if kind in NUMBERS:
        return float, "double"
    return {BOOLEAN: (bool, "boolean"), DATE: (date, "date"), DATETIME: (datetime, "dateTime")}.get(
        kind, (str, "string")
    )
