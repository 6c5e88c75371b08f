"""The endpoints: which path is which, what scope it needs, and what it answers."""

import re
from bisect import bisect_left
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from tests.support.hubspot.associations import read_associations
from tests.support.hubspot.batches import read_batch
from tests.support.hubspot.company import HubSpotCompany, Store
from tests.support.hubspot.exchange import Answer, Request
from tests.support.hubspot.limits import Limits
from tests.support.hubspot.moments import to_iso
from tests.support.hubspot.pipelines import render_pipelines
from tests.support.hubspot.records import KINDS
from tests.support.hubspot.refusals import refusal
from tests.support.hubspot.rendering import PORTAL, render
from tests.support.hubspot.searching import MOMENTS, NUMBERS, Search

VERSION: Final = r"(?:2026-09|2026-03)"
KIND: Final = f"({'|'.join(KINDS)})"
ROWS_AT_MOST, WITH_HISTORY_AT_MOST, ROWS_BY_DEFAULT = 100, 50, 10


class Route(NamedTuple):
    """A path, and what answers it; `{kind}` in a name is that of the path."""

    method: str
    path: "re.Pattern[str]"
    name: str
    answer: Callable[..., Answer]


class Endpoints:
    """All endpoints of a company."""

    def __init__(self, company: HubSpotCompany, limits: Limits) -> None:
        """Answer for this company."""
        self.company, self.limits = company, limits
        self._search = Search(company)
        routes = (
            ("GET", f"/crm/objects/{VERSION}/{KIND}", "list {kind}", self._list),
            ("POST", f"/crm/objects/{VERSION}/{KIND}/search", "search {kind}", self._search_in),
            ("POST", f"/crm/objects/{VERSION}/{KIND}/batch/read", "read {kind}", self._read),
            ("POST", f"/crm/associations/{VERSION}/{KIND}/{KIND}/batch/read", "associations", self._associations),
            ("GET", f"/crm/pipelines/{VERSION}/{KIND}", "stages", self._stages),
            ("GET", f"/crm/properties/{VERSION}/{KIND}/(\\w+)", "property", self._property),
            ("GET", f"/account-info/{VERSION}/api-usage/daily/private-apps", "usage", self._usage),
            ("GET", f"/account-info/{VERSION}/details", "details", self._details),
        )
        self._routes = [Route(method, re.compile(path), name, answer) for method, path, name, answer in routes]

    def find(self, request: Request) -> Callable[[], Answer]:
        """Name the request's endpoint in it, and return what answers."""
        for route in self._routes:
            match = route.path.fullmatch(request.path)
            if match and route.method == request.method:
                kind = KINDS.get(next(iter(match.groups()), ""))
                request.endpoint = route.name.format(kind=kind.name if kind else "")
                parts = match.groups()
                return lambda: route.answer(request, *parts)
        request.endpoint = "unknown"
        return lambda: Answer(404, "<html><body><h2>HTTP ERROR 404</h2></body></html>")

    def scopes(self, request: Request) -> list[str]:
        """The scopes that a request needs, all of them."""
        if request.endpoint in {"usage", "details", "unknown"}:
            return []
        named = [KINDS[part] for part in request.path.split("/") if part in KINDS]
        if request.endpoint == "property":
            return [f"crm.schemas.{kind.name}.read" for kind in named]
        return [kind.scope for kind in named]

    def _list(self, request: Request, kind: str) -> Answer:
        store, histories = self._store(kind), request.names("propertiesWithHistory")
        limit = int(request.query.get("limit", ROWS_BY_DEFAULT))
        at_most = WITH_HISTORY_AT_MOST if histories else ROWS_AT_MOST
        if not 0 < limit <= at_most:
            return refusal(400, f"The limit of {limit} is not between 1 and {at_most}.")
        archived, after = request.query.get("archived") == "true", request.query.get("after", "0")
        if not after.isdigit():
            return refusal(400, f"The cursor {after} is not valid.")
        rows, following = self._page(store, int(after), request.rows or limit, archived=archived)
        names = [name for name in request.names("properties") if name in store.properties]
        histories = [name for name in histories if name in store.properties]
        properties = names or (() if histories else store.kind.default_properties)
        cap = self.company.history_limits[store.kind.name]
        page: dict[str, Any] = {"results": [render(one, store.kind, properties, histories, limit=cap) for one in rows]}
        if following is not None:
            page["paging"] = {"next": {"after": str(following), "link": f"https://api.hubapi.com{request.path}"}}
        return Answer(200, page)

    @staticmethod
    def _page(store: Store, start: int, limit: int, *, archived: bool) -> tuple[list[Any], int | None]:
        rows: list[Any] = []
        for number in store.numbers[bisect_left(store.numbers, start) :]:
            record = store.records[number]
            if (record.archived is not None) == archived:
                if len(rows) == limit:
                    return rows, number
                rows.append(record)
        return rows, None

    def _search_in(self, request: Request, kind: str) -> Answer:
        return self._search.answer(self._store(kind), request)

    def _read(self, request: Request, kind: str) -> Answer:
        return read_batch(self.company, self._store(kind), request)

    def _associations(self, request: Request, kind: str, other: str) -> Answer:
        return read_associations(self.company, request, (kind, other), self.limits.association_page)

    def _stages(self, _request: Request, kind: str) -> Answer:
        return Answer(200, render_pipelines(self.company.pipelines if KINDS[kind].name == "deals" else {}))

    def _property(self, _request: Request, kind: str, name: str) -> Answer:
        if name not in self._store(kind).properties:
            return refusal(404, f"Property {name} does not exist", "OBJECT_NOT_FOUND")
        of_type = "datetime" if name in MOMENTS else "number" if name in NUMBERS else "string"
        about = {"name": name, "label": name, "type": of_type, "fieldType": "text", "description": "", "options": []}
        return Answer(200, about | {"groupName": f"{KINDS[kind].singular}information"})

    def _usage(self, _request: Request) -> Answer:
        usage = {
            "name": "private-apps-api-calls-daily",
            "usageLimit": self.limits.calls_a_day,
            "currentUsage": self.limits.used_today,
            "collectedAt": to_iso(self.company.now),
            "fetchStatus": "SUCCESS",
            "resetsAt": to_iso(self.limits.resets_at()),
        }
        return Answer(200, {"results": [usage]})

    def _details(self, _request: Request) -> Answer:
        return Answer(
            200,
            {
                "portalId": PORTAL,
                "accountType": "STANDARD",
                "timeZone": "UTC",
                "companyCurrency": "USD",
                "additionalCurrencies": ["EUR"],
                "utcOffset": "+00:00",
                "utcOffsetMilliseconds": 0,
                "uiDomain": "app.hubspot.com",
                "dataHostingLocation": "na1",
            },
        )

    def _store(self, kind: str) -> Store:
        return self.company.stores[KINDS[kind].name]
