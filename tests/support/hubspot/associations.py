"""The associations of records with records of the other kind, as the batch endpoint shows them."""

from typing import Any

from tests.support.hubspot.batches import batch_answer
from tests.support.hubspot.company import HubSpotCompany
from tests.support.hubspot.exchange import Answer, Request
from tests.support.hubspot.records import KINDS, Kind
from tests.support.hubspot.refusals import refusal

INPUTS_AT_MOST = 1_000
UNLABELED = {"deals": 3, "contacts": 4}  # HubSpot's type ids, by the kind that an association goes from
FIRST_LABEL = 37


def read_associations(company: HubSpotCompany, request: Request, ends: tuple[str, str], page_size: int) -> Answer:
    """A page of associations of each input; an input without any gives a partial error."""
    kind, other = (KINDS[end] for end in ends)
    inputs = request.body.get("inputs", [])
    if len(inputs) > INPUTS_AT_MOST:
        words = f"The maximum number of inputs supported in a batch request is {INPUTS_AT_MOST}."
        return refusal(400, f"{words} Please reduce the number of items and try again")
    entries = _entries(company, kind, {int(one["id"]) for one in inputs})
    results, errors = [], []
    for one in inputs:
        mine = entries.get(int(one["id"]), [])
        if not mine:
            errors.append(_none(kind, other, str(one["id"])))
            continue
        start = int(one.get("after") or 0)
        result: dict[str, Any] = {"from": {"id": str(one["id"])}, "to": mine[start : start + page_size]}
        if start + page_size < len(mine):
            result["paging"] = {"next": {"after": str(start + page_size)}}
        results.append(result)
    return batch_answer(company, results, errors)


def _entries(company: HubSpotCompany, kind: Kind, numbers: set[int]) -> dict[int, list[dict[str, Any]]]:
    """The entries of each record: one for each label, or one with all labels."""
    mine = int(kind.name == "contacts")
    entries: dict[int, list[dict[str, Any]]] = {}
    for pair, labels in sorted(company.labels.items()):
        if pair[mine] in numbers and _are_there(company, pair):
            types = [_type(company, kind, label) for label in labels]
            groups = [[one] for one in types] if company.entry_per_label else [types]
            entries.setdefault(pair[mine], []).extend(
                {"toObjectId": str(pair[1 - mine]), "associationTypes": group} for group in groups
            )
    return entries


def _are_there(company: HubSpotCompany, pair: tuple[int, int]) -> bool:
    deal, contact = company.stores["deals"].records[pair[0]], company.stores["contacts"].records[pair[1]]
    return deal.archived is None and contact.archived is None


def _type(company: HubSpotCompany, kind: Kind, label: str | None) -> dict[str, Any]:
    if label is None:
        return {"category": "HUBSPOT_DEFINED", "typeId": UNLABELED[kind.name], "label": None}
    return {"category": "USER_DEFINED", "typeId": FIRST_LABEL + company.label_names.index(label), "label": label}


def _none(kind: Kind, other: Kind, record_id: str) -> dict[str, Any]:
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No {other.singular} is associated with {kind.singular} {record_id}.",
        "context": {
            "fromObjectId": [record_id],
            "fromObjectType": [kind.singular],
            "toObjectType": [other.singular],
        },
    }
