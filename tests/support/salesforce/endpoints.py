"""The endpoints of the data API: which path is which, and what it answers."""

import re
from collections.abc import Callable
from typing import Any, Final

from tests.support.salesforce.company import SalesforceCompany
from tests.support.salesforce.exchange import Answer, Request
from tests.support.salesforce.limits import Limits
from tests.support.salesforce.querying import Queries
from tests.support.salesforce.refusals import not_found
from tests.support.salesforce.schema import DATETIME, Field, relationship

NEWEST: Final = 68
DATA: Final = r"/services/data/v(?P<version>\d\d\.0)"
TOKEN_PATH: Final = "/services/oauth2/token"  # noqa: S105 - a path


class Endpoints:
    """All endpoints of an org but the one of the tokens."""

    def __init__(self, company: SalesforceCompany, limits: Limits) -> None:
        """Answer for this org."""
        self.queries = Queries(company)
        self._company, self._limits = company, limits
        routes: tuple[tuple[str, str, Callable[..., Answer]], ...] = (
            (r"/services/data/?", "versions", self._versions),
            (rf"{DATA}/(?P<way>query|queryAll)/?", "{way}", self._query),
            (rf"{DATA}/(?:query|queryAll)/(?P<locator>[\w-]+)", "more", self._more),
            (rf"{DATA}/sobjects/?", "sobjects", self._sobjects),
            (rf"{DATA}/sobjects/(?P<name>\w+)/describe/?", "describe {name}", self._describe),
            (rf"{DATA}/limits/?", "limits", self._show_limits),
            (rf"{DATA}/limits/recordCount/?", "recordCount", self._count),
        )
        self._routes = [(re.compile(path), name, answer) for path, name, answer in routes]

    def find(self, request: Request) -> Callable[[], Answer]:
        """Name the request's endpoint in it, and return what answers."""
        for path, name, answer in self._routes:
            match = path.fullmatch(request.path)
            if match and request.method == "GET":
                parts = match.groupdict()
                request.endpoint = name.format(**parts)
                if "way" in parts or "locator" in parts:
                    about = self.queries.object_of(request, parts.get("locator", ""))
                    request.endpoint = f"{request.endpoint} {about}".rstrip()
                request.version = parts.pop("version", "")
                if request.version and float(request.version) > NEWEST:
                    return not_found
                return lambda: answer(request, **parts)
        request.endpoint = "token" if request.path == TOKEN_PATH else "unknown"
        return not_found

    def _query(self, request: Request, way: str) -> Answer:
        return self.queries.begin(request, with_deleted=way == "queryAll")

    def _more(self, request: Request, locator: str) -> Answer:
        return self.queries.go_on(request, locator)

    def _versions(self, _request: Request) -> Answer:
        versions = range(NEWEST - 2, NEWEST + 1)
        return Answer(
            200, [{"label": "", "url": f"/services/data/v{one}.0", "version": f"{one}.0"} for one in versions]
        )

    def _sobjects(self, request: Request) -> Answer:
        names = [name for name in self._company.tables if name not in self._company.hidden]
        shown = [_about(name, request.version) for name in names]
        return Answer(200, {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": shown})

    def _describe(self, request: Request, name: str) -> Answer:
        if name not in self._company.tables or name in self._company.hidden:
            return not_found()
        fields = [_describe_field(*one) for one in self._company.tables[name].visible.items()]
        return Answer(
            200, {**_about(name, request.version), "fields": fields, "childRelationships": [], "recordTypeInfos": []}
        )

    def _show_limits(self, _request: Request) -> Answer:
        most = self._limits.calls_a_day
        calls = {"Max": most, "Remaining": most - self._limits.used}
        return Answer(200, {"DailyApiRequests": calls, "DailyBulkV2QueryJobs": {"Max": 10_000, "Remaining": 10_000}})

    def _count(self, request: Request) -> Answer:
        """About how many records there are: Salesforce counts them once in a while."""
        names = [name for name in request.query.get("sObjects", "").split(",") if name in self._company.tables]
        counts = [{"count": len(self._company.tables[name].rows), "name": name} for name in names]
        return Answer(200, {"sObjects": counts})


def _about(name: str, version: str) -> dict[str, Any]:
    urls = {"sobject": f"/services/data/v{version}/sobjects/{name}"}
    return {"name": name, "label": name, "queryable": True, "retrieveable": True, "custom": False, "urls": urls}


def _describe_field(name: str, field: Field) -> dict[str, Any]:
    is_reference = bool(field.target)
    return {
        "name": name,
        "label": name,
        "type": field.type,
        "soapType": "xsd:dateTime" if field.type == DATETIME else "xsd:string",
        "custom": name.endswith("__c"),
        "filterable": field.is_filterable,
        "sortable": field.is_filterable,
        "nillable": True,
        "referenceTo": [field.target] if is_reference else [],
        "relationshipName": relationship(name) if is_reference else None,
        "picklistValues": [],
    }
