"""The search: filter groups, sorts, and an index that lags behind."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tests.support.hubspot.company import HubSpotCompany, Store
from tests.support.hubspot.exchange import Answer, Request
from tests.support.hubspot.moments import read_ms
from tests.support.hubspot.records import Record
from tests.support.hubspot.refusals import refusal
from tests.support.hubspot.rendering import property_value, render_indexed

REQUIRED: Final = ("filterGroups", "sorts", "properties", "limit", "after")
ROWS_AT_MOST, RESULTS_AT_MOST = 200, 10_000
MOMENTS: Final = {"createdate", "lastmodifieddate", "hs_lastmodifieddate", "closedate"}
NUMBERS: Final = {"hs_object_id", "amount"}
Comparable = int | float | str
OPERATORS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "EQ": lambda value, other: value == other,
    "NEQ": lambda value, other: value != other,
    "GT": lambda value, other: value > other,
    "GTE": lambda value, other: value >= other,
    "LT": lambda value, other: value < other,
    "LTE": lambda value, other: value <= other,
}


class Search:
    """Searches of one company; the last one is remembered, since its pages follow each other."""

    def __init__(self, company: HubSpotCompany) -> None:
        """Search in this company."""
        self._company = company
        self._remembered: tuple[object, list[Record]] = (None, [])

    def answer(self, store: Store, request: Request) -> Answer:
        """A page of results, or HubSpot's complaint about the request."""
        body = request.body
        if missing := [name for name in REQUIRED if name not in body]:
            return refusal(400, f"Invalid input JSON: required fields are missing: {', '.join(missing)}")
        limit, after = int(body["limit"]), int(body["after"] or 0)
        if limit > ROWS_AT_MOST:
            return refusal(400, f"The search limit of {limit} is too large: at most {ROWS_AT_MOST} objects per page")
        if after + limit > RESULTS_AT_MOST:
            return refusal(400, f"Attempting to page beyond {RESULTS_AT_MOST} results: after {after}, limit {limit}")
        unknown = [name for name in _filtered(body) if name not in store.properties]
        if unknown:
            return refusal(400, f"There was a problem with the request: unknown property {unknown[0]}")
        found, at = self._find(store, body), self._company.indexed_until
        rows = found[after : after + (request.rows or limit)]
        properties = [name for name in request.names("properties") if name in store.properties]
        shown = [render_indexed(one, store.kind, properties or store.kind.default_properties, at) for one in rows]
        page: dict[str, Any] = {"total": len(found), "results": shown}
        if after + len(rows) < len(found):
            page["paging"] = {"next": {"after": str(after + len(rows))}}
        return Answer(200, page)

    def _find(self, store: Store, body: dict[str, Any]) -> list[Record]:
        company = self._company
        at = company.indexed_until
        key = (store.kind.name, str(body["filterGroups"]), str(body["sorts"]), company.revision, at)
        if self._remembered[0] != key:
            groups = body["filterGroups"]
            found = [
                record
                for record in store.following(0)
                if _is_indexed(record, at)
                and (not groups or any(_meets(record, store, group["filters"], at) for group in groups))
            ]
            for sort in reversed(body["sorts"]):
                name, falling = _read_sort(sort)
                found.sort(key=lambda record: _sort_key(record, store, name, at), reverse=falling)
            self._remembered = (key, found)
        return self._remembered[1]


def _filtered(body: dict[str, Any]) -> list[str]:
    return [one["propertyName"] for group in body["filterGroups"] for one in group["filters"]]


def _is_indexed(record: Record, at: int) -> bool:
    return record.created <= at and (record.archived is None or record.archived > at)


def _meets(record: Record, store: Store, filters: Sequence[dict[str, Any]], at: int) -> bool:
    return all(_holds(one, property_value(record, store.kind, one["propertyName"], at)) for one in filters)


def _holds(one: dict[str, Any], text: str | None) -> bool:
    name, operator = one["propertyName"], one["operator"]
    if operator in {"HAS_PROPERTY", "NOT_HAS_PROPERTY"}:
        return (text is not None) == (operator == "HAS_PROPERTY")
    if text is None:
        return False
    value = _typed(name, text)
    if operator == "BETWEEN":
        return _typed(name, one["value"]) <= value <= _typed(name, one["highValue"])  # type: ignore[operator]
    if operator == "IN":
        return value in [_typed(name, other) for other in one["values"]]
    return OPERATORS[operator](value, _typed(name, one["value"]))


def _typed(name: str, text: object) -> Comparable:
    if name in MOMENTS:
        return read_ms(str(text))
    return float(str(text)) if name in NUMBERS else str(text)


def _read_sort(sort: str | dict[str, str]) -> tuple[str, bool]:
    if isinstance(sort, str):
        return sort.removeprefix("-"), sort.startswith("-")
    return sort["propertyName"], sort.get("direction") == "DESCENDING"


def _sort_key(record: Record, store: Store, name: str, at: int) -> tuple[bool, Comparable]:
    text = property_value(record, store.kind, name, at)
    return (True, 0) if text is None else (False, _typed(name, text))
