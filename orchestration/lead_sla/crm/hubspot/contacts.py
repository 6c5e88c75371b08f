"""A contact of HubSpot as the statement that lands."""

from typing import Any

from lead_sla.crm.hubspot.objects import CrmObject
from lead_sla.crm.hubspot.values import Record, history_of, value_of, version_of
from lead_sla.crm.moments import normalize_moment

NO_SOURCE = "unknown"


def to_contact(record: Record, crm_object: CrmObject, segment: str | None) -> dict[str, Any]:
    """Its current state, what happened once, and how its lifecycle stage went."""
    source = value_of(record, "hs_analytics_source")
    return {
        "id": str(record["id"]),
        "version": version_of(record, crm_object),
        "archived": False,
        "segment": value_of(record, segment) if segment else None,
        "source": source,
        "events": [*_creation(record, source), *_forms(record)],
        "lifecycle": _lifecycle(record),
    }


def _creation(record: Record, source: str | None) -> list[dict[str, str]]:
    created = value_of(record, "createdate") or record.get("createdAt")
    return [_event(f"created:{source or NO_SOURCE}", normalize_moment(created))] if created else []


def _forms(record: Record) -> list[dict[str, str]]:
    """Each submission of a form, from `guid:milliseconds;guid:milliseconds`."""
    submissions = (value_of(record, "hs_calculated_form_submissions") or "").split(";")
    parts = [submission.strip().rpartition(":") for submission in submissions if ":" in submission]
    found = {(normalize_moment(at), guid) for guid, _, at in parts}
    return [_event(f"form:{guid}", at) for at, guid in sorted(found)]


def _lifecycle(record: Record) -> list[dict[str, str]]:
    steps = dict.fromkeys((at, stage) for at, stage in history_of(record, "lifecyclestage") if stage)
    return [_event(f"lifecycle:{stage}", at) for at, stage in steps]


def _event(code: str, at: str) -> dict[str, str]:
    return {"code": code, "at": at}
