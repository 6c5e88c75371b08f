"""The calls that read records: the list, searches, batches of ids and associations."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from lead_sla.crm.errors import PullError
from lead_sla.crm.hubspot.client import HubSpot, Json
from lead_sla.crm.hubspot.objects import CrmObject
from lead_sla.crm.hubspot.values import Record, merged_ids
from lead_sla.crm.moments import to_milliseconds

OBJECTS, ASSOCIATIONS = "crm/objects", "crm/associations"
PAGE_WITH_HISTORY = 50
PAGE_OF_IDS = 100
SEARCH_PAGE = 200
SEARCH_MOST = 10_000
BATCH = 50
ASSOCIATION_BATCH = 1_000
LONGEST_URL = 8_000 - 200  # the cursor of a page comes on top
NOT_FOUND = "OBJECT_NOT_FOUND"
UNASSOCIATED = "NO_ASSOCIATIONS_FOUND"


@dataclass(frozen=True)
class Page:
    """Some records of a list, and the cursor of the next page; None after the last."""

    records: Sequence[Record]
    next_after: str | None


@dataclass(frozen=True)
class Found:
    """The result of a search: the ids that came, and how many HubSpot says there are."""

    ids: frozenset[str]
    total: int

    @property
    def is_complete(self) -> bool:
        """Whether everything came."""
        return len(self.ids) >= self.total


def read_pages(hubspot: HubSpot, crm_object: CrmObject, after: str | None = None) -> Iterator[Page]:
    """All records with their histories, from a cursor on.

    Raises:
        PullError: a cursor comes twice, so that the list would never end.
    """
    limit = ("limit", str(PAGE_WITH_HISTORY))
    params = [limit, *_ask(crm_object)]
    if _has_long_url(hubspot, crm_object, params):
        for page in _follow(hubspot, crm_object, [limit], after):
            yield Page(read_batch(hubspot, crm_object, [str(record["id"]) for record in page.records]), page.next_after)
    else:
        yield from _follow(hubspot, crm_object, params, after)


def read_ids(hubspot: HubSpot, crm_object: CrmObject, *, archived: bool) -> Iterator[Record]:
    """All records with nothing but their ids and the moment of their last change."""
    params = [("limit", str(PAGE_OF_IDS)), ("properties", crm_object.modified), ("archived", str(archived).lower())]
    for page in _follow(hubspot, crm_object, params, None):
        yield from page.records


def count_records(hubspot: HubSpot, crm_object: CrmObject) -> int:
    """How many records there are, to estimate how long a backfill takes."""
    body = {"filterGroups": [], "sorts": [], "properties": [], "limit": 1, "after": "0"}
    return int(hubspot.search(crm_object.name, body)["total"])


def search(hubspot: HubSpot, crm_object: CrmObject, begin: datetime, end: datetime) -> Found:
    """The ids of the records changed in a window, its end excluded; of more than 10,000 only the total is read."""
    filters = [
        {"propertyName": crm_object.modified, "operator": "GTE", "value": str(to_milliseconds(begin))},
        {"propertyName": crm_object.modified, "operator": "LT", "value": str(to_milliseconds(end))},
    ]
    body = {
        "filterGroups": [{"filters": filters}],
        "sorts": [{"propertyName": crm_object.modified, "direction": "ASCENDING"}],
        "properties": [crm_object.modified],
        "limit": SEARCH_PAGE,
    }
    ids: set[str] = set()
    total, after, seen = 0, "0", set()
    while True:
        answer = hubspot.search(crm_object.name, {**body, "after": after})
        total = max(total, int(answer["total"]))
        ids.update(str(record["id"]) for record in answer["results"])
        following = _next_after(answer)
        if total > SEARCH_MOST or following is None:
            return Found(frozenset(ids), total)
        seen.add(after)
        _require_new(following, seen, f"the search of {crm_object.name}")
        after = following


def read_batch(hubspot: HubSpot, crm_object: CrmObject, ids: Iterable[str]) -> list[Record]:
    """Records by their ids, with their histories; those that HubSpot does not have are left out.

    Raises:
        PullError: HubSpot leaves out others than those that it says it does not have.
    """
    records: list[Record] = []
    for some in _batches(ids, BATCH):
        body = {
            "inputs": [{"id": record_id} for record_id in some],
            "properties": list(crm_object.properties),
            "propertiesWithHistory": list(crm_object.histories),
        }
        answer = hubspot.post(OBJECTS, f"{crm_object.name}/batch/read", body)
        missing = _missing_ids(answer, NOT_FOUND)
        came = {str(record["id"]) for record in answer["results"]}
        # A record that was merged can come under the id of the one that has taken it in.
        if len(came) + len(missing) < len(some) and not _explains(answer["results"], set(some) - came - missing):
            raise PullError(
                f"HubSpot was asked for {len(some)} {crm_object.name}, gave {len(came)} and named {len(missing)} as "
                "missing. Rerun; nothing of this window was written."
            )
        records.extend(answer["results"])
    return records


def read_associations(hubspot: HubSpot, deal_ids: Iterable[str]) -> dict[str, set[str]]:
    """The contacts of deals: an entry of several labels counts once, and every page of a deal is read."""
    found: dict[str, set[str]] = {}
    for some in _batches(deal_ids, ASSOCIATION_BATCH):
        inputs: list[dict[str, str]] = [{"id": deal_id} for deal_id in some]
        seen: set[str] = set()
        while inputs:
            answer = hubspot.post(ASSOCIATIONS, "deals/contacts/batch/read", {"inputs": inputs})
            _missing_ids(answer, UNASSOCIATED, NOT_FOUND)
            inputs = []
            for result in answer["results"]:
                deal_id = str(result["from"]["id"])
                found.setdefault(deal_id, set()).update(str(to["toObjectId"]) for to in result["to"])
                following = _next_after(result)
                if following is not None:
                    cursor = f"{deal_id} {following}"
                    _require_new(cursor, seen, f"the contacts of deal {deal_id}")
                    seen.add(cursor)
                    inputs.append({"id": deal_id, "after": following})
    return found


def _follow(
    hubspot: HubSpot, crm_object: CrmObject, params: Sequence[tuple[str, str]], after: str | None
) -> Iterator[Page]:
    """The pages of a list, until one has no cursor; how many records a page has says nothing."""
    seen: set[str] = set()
    while True:
        cursor = [("after", after)] if after is not None else []
        answer = hubspot.get(OBJECTS, crm_object.name, [*params, *cursor])
        if after is not None:
            seen.add(after)
        after = _next_after(answer)
        if after is not None:
            _require_new(after, seen, f"the list of {crm_object.name}")
        yield Page(answer["results"], after)
        if after is None:
            return


def _ask(crm_object: CrmObject) -> list[tuple[str, str]]:
    return [
        ("properties", ",".join(crm_object.properties)),
        ("propertiesWithHistory", ",".join(crm_object.histories)),
    ]


def _has_long_url(hubspot: HubSpot, crm_object: CrmObject, params: Sequence[tuple[str, str]]) -> bool:
    """HubSpot cuts off what is longer; a batch asks for its properties in the body instead."""
    url = hubspot.url_of(OBJECTS, crm_object.name)
    return len(f"{url}?{urlencode(params)}") > LONGEST_URL


def _next_after(answer: Json) -> str | None:
    after = ((answer.get("paging") or {}).get("next") or {}).get("after")
    return None if after is None else str(after)


def _require_new(after: str, seen: Collection[str], what: str) -> None:
    if after in seen:
        raise PullError(
            f"HubSpot gave the same cursor twice in {what} ({after}), so that it would never end. What was written "
            "until now is kept; rerun, and report it to HubSpot if it happens again."
        )


def _missing_ids(answer: Json, *expected: str) -> set[str]:
    """The ids that a batch reports as missing.

    Raises:
        PullError: it reports anything else.
    """
    missing: set[str] = set()
    for error in answer.get("errors") or []:
        category = f"{error.get('category') or ''} {error.get('subCategory') or ''}"
        if not any(word in category for word in expected):
            raise PullError(
                f'HubSpot could not read a part of a batch: "{error.get("message")}" ({category.strip()}). Nothing of '
                "this window was written; rerun."
            )
        context = error.get("context") or {}
        for ids in context.values():
            missing.update(str(one) for one in ([ids] if isinstance(ids, str) else ids))
    return missing


def _explains(records: Iterable[Record], ids: set[str]) -> bool:
    merged = {one for record in records for one in merged_ids(record)}
    return ids <= merged


def _batches(ids: Iterable[str], size: int) -> Iterator[list[str]]:
    every = list(ids)
    return (every[start : start + size] for start in range(0, len(every), size))
