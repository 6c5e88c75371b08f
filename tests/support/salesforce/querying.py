"""Queries and their pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from tests.support.salesforce.company import SalesforceCompany
from tests.support.salesforce.conditions import to_test
from tests.support.salesforce.exchange import Answer, Request
from tests.support.salesforce.ids import make_id
from tests.support.salesforce.moments import render
from tests.support.salesforce.paths import Path, find_path
from tests.support.salesforce.planning import rows_to_test
from tests.support.salesforce.refusals import QueryError, invalid_locator, invalid_type, refused_query
from tests.support.salesforce.soql import MalformedError, Query, parse
from tests.support.salesforce.tables import Row, SortKey, Table

PAGE_ROWS, LOCATOR_LIFE, OPEN_AT_MOST = 2_000, timedelta(days=2), 10


@dataclass(frozen=True)
class _Cursor:
    """What a query has found, for its later pages."""

    table: Table
    paths: list[Path]
    rows: Sequence[Row]
    begun: datetime


class Queries:
    """Queries of one org, and those whose later pages can still be read."""

    def __init__(self, company: SalesforceCompany) -> None:
        """No query yet."""
        self.page_rows = PAGE_ROWS
        self.locator_life = LOCATOR_LIFE
        self.open_at_most = OPEN_AT_MOST  # a query more ends the oldest one
        self.has_live_pages = False  # later pages show the rows that were found as they are then
        self._company = company
        self._cursors: dict[str, _Cursor] = {}
        self._number = 0

    def forget(self) -> None:
        """All queries expire: their later pages can no longer be read."""
        self._cursors.clear()

    def object_of(self, request: Request, locator: str = "") -> str:
        """Which object a request is about, as far as can be told."""
        if locator:
            cursor = self._cursors.get(locator.partition("-")[0])
            return cursor.table.kind.name if cursor else ""
        try:
            return parse(request.soql).object_name
        except MalformedError:
            return ""

    def begin(self, request: Request, *, with_deleted: bool) -> Answer:
        """The first page of a query, or Salesforce's complaint about it."""
        try:
            query = parse(request.soql)
            table = self._table(query.object_name)
            found = self._find(query, table, with_deleted=with_deleted)
            if not query.fields:
                return Answer(200, {"totalSize": len(found), "done": True, "records": []})
            paths = self._paths(query, table)
        except MalformedError as error:
            return refused_query(QueryError("MALFORMED_QUERY", str(error)), request.soql)
        except QueryError as error:
            return refused_query(error, request.soql)
        self._number += 1
        locator = make_id("01g", self._number)
        self._cursors[locator] = _Cursor(table, paths, found, self._company.now)
        if len(self._cursors) > self.open_at_most:
            del self._cursors[next(iter(self._cursors))]
        return self._page(locator, 0, request)

    def go_on(self, request: Request, locator: str) -> Answer:
        """A later page."""
        name, _, start = locator.partition("-")
        cursor = self._cursors.get(name)
        if cursor is None or not start.isdigit() or self._company.now - cursor.begun > self.locator_life:
            return invalid_locator()
        return self._page(name, int(start), request)

    def _page(self, locator: str, start: int, request: Request) -> Answer:
        cursor = self._cursors[locator]
        end = start + (self.page_rows if request.rows is None else request.rows)
        rows = cursor.rows[start:end]
        if self.has_live_pages:
            rows = [cursor.table.rows.get(str(row["Id"]), row) for row in rows]
        records = [_show(row, cursor, request.version) for row in rows]
        page: dict[str, Any] = {"totalSize": len(cursor.rows), "done": end >= len(cursor.rows)}
        if not page["done"]:
            page["nextRecordsUrl"] = f"/services/data/v{request.version}/query/{locator}-{end}"
        return Answer(200, {**page, "records": records})

    def _table(self, name: str) -> Table:
        found = next((one for one in self._company.tables if one.lower() == name.lower()), None)
        if found is None or found in self._company.hidden:
            raise invalid_type(name)
        return self._company.tables[found]

    def _find(self, query: Query, table: Table, *, with_deleted: bool) -> list[Row]:
        tables = self._company.tables
        test = to_test(tables, table, query.where) if query.where else None
        order = []
        for one in query.order:
            path = find_path(tables, table, one.field)
            assert not path.parent, "the fake sorts by fields of the object itself"
            order.append(SortKey(path.name, one.is_falling, one.has_empty_first))
        rows = rows_to_test(table, query.where, tuple(order))
        if not with_deleted and table.kind.is_deletable:
            rows = (row for row in rows if not row["IsDeleted"])
        return list(islice((row for row in rows if test is None or test(row)), query.limit))

    def _paths(self, query: Query, table: Table) -> list[Path]:
        paths = [find_path(self._company.tables, table, name) for name in query.fields]
        names = [(path.parent, path.name) for path in paths]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise QueryError("MALFORMED_QUERY", f"duplicate field selected: {'.'.join(filter(None, twice))}")
        return paths


def _show(row: Row, cursor: _Cursor, version: str) -> dict[str, Any]:
    shown: dict[str, Any] = {"attributes": _attributes(cursor.table.kind.name, version, row["Id"])}
    for path in cursor.paths:
        value = path.read(row)
        if not path.parent:
            shown[path.name] = render(value)
        elif row[f"{path.parent}Id"] is None:
            shown[path.parent] = None
        else:
            attributes = _attributes(path.table.kind.name, version, row[f"{path.parent}Id"])
            shown.setdefault(path.parent, {"attributes": attributes})[path.name] = render(value)
    return shown


def _attributes(object_name: str, version: str, row_id: object) -> dict[str, str]:
    return {"type": object_name, "url": f"/services/data/v{version}/sobjects/{object_name}/{row_id}"}
