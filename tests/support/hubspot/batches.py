"""Responses of the batch endpoints."""

from typing import Any

from tests.support.hubspot.company import HubSpotCompany, Store
from tests.support.hubspot.exchange import Answer, Request
from tests.support.hubspot.moments import to_iso
from tests.support.hubspot.refusals import refusal
from tests.support.hubspot.rendering import render

INPUTS_AT_MOST, WITH_HISTORY_AT_MOST = 100, 50


def read_batch(company: HubSpotCompany, store: Store, request: Request) -> Answer:
    """Records by id; an id that was merged gives the record that it was merged into, under that record's id."""
    inputs, histories = request.body.get("inputs", []), request.names("propertiesWithHistory")
    if histories and len(inputs) > WITH_HISTORY_AT_MOST:
        return _too_many(f"for property histories is {WITH_HISTORY_AT_MOST}")
    if len(inputs) > INPUTS_AT_MOST:
        return _too_many(f"is {INPUTS_AT_MOST}")
    archived = request.query.get("archived") == "true"
    found, missing = {}, []
    for one in inputs:
        record = store.resolve(int(one["id"])) if str(one["id"]).isdigit() else None
        if record is None or (record.archived is not None) != archived:
            missing.append(str(one["id"]))
        else:
            found[record.number] = record
    names = [name for name in request.names("properties") if name in store.properties]
    histories = [name for name in histories if name in store.properties]
    properties = names or (() if histories else store.kind.default_properties)
    cap = company.history_limits[store.kind.name]
    shown = [render(record, store.kind, properties, histories, limit=cap) for record in found.values()]
    return batch_answer(company, shown, [_not_found(store.kind.singular, missing)] if missing else [])


def batch_answer(company: HubSpotCompany, results: list[Any], errors: list[Any]) -> Answer:
    """The response of a batch: 207 when a part of it failed."""
    now = to_iso(company.now)
    body: dict[str, Any] = {"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now}
    if errors:
        body |= {"numErrors": len(errors), "errors": errors}
    return Answer(207 if errors else 200, body)


def _too_many(words: str) -> Answer:
    return refusal(
        400,
        f"The maximum number of inputs supported in a batch request {words}. "
        "Please reduce the number of items and try again",
    )


def _not_found(singular: str, ids: list[str]) -> dict[str, Any]:
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": f"Could not get some {singular.upper()} objects, they may be deleted or not exist. "
        "Check that ids are valid.",
        "context": {"ids": ids},
    }
