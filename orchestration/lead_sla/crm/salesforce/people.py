"""Leads and contacts of Salesforce as the statements that land."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lead_sla.crm.salesforce.client import Row
from lead_sla.crm.salesforce.objects import UNKNOWN
from lead_sla.crm.salesforce.reading import moment_of
from lead_sla.crm.slices import Line

Event = dict[str, str]
CREATED_CONTACT = "contact:"


def to_lead(row: Row, segment: str | None, history: Sequence[Row], members: Sequence[Row], *, is_gone: bool) -> Line:
    """How a lead stands, what it has done, and how its status went."""
    source = text_of(row, "LeadSource")
    return {
        "id": str(row["Id"]),
        "version": moment_of(row),
        "archived": is_gone,
        "segment": text_of(row, segment) if segment else None,
        "source": source,
        "deal_id": text_of(row, "ConvertedOpportunityId"),
        "events": [_event(f"lead:{source or UNKNOWN}", moment_of(row, "CreatedDate")), *_responses(row, members)],
        "statuses": _statuses(row, history),
    }


def to_contact(row: Row, segment: str | None, members: Sequence[Row], lead_id: str | None, *, is_gone: bool) -> Line:
    """How a contact stands and what it has done; only one that was no lead begins here."""
    line = {
        "id": str(row["Id"]),
        "version": moment_of(row),
        "archived": is_gone,
        "segment": text_of(row, segment) if segment else None,
        "source": text_of(row, "LeadSource"),
        "created_at": moment_of(row, "CreatedDate"),
        "lead_id": None,
        "events": _responses(row, members),
    }
    return set_lead(line, lead_id)


def set_lead(line: Line, lead_id: str | None) -> Line:
    """A contact with the lead that it was, which says how it began, or without one."""
    begun = [] if lead_id else [_event(f"{CREATED_CONTACT}{line['source'] or UNKNOWN}", line["created_at"])]
    others = [event for event in line["events"] if not event["code"].startswith(CREATED_CONTACT)]
    return {**line, "lead_id": lead_id, "events": [*begun, *others]}


def by_owner(rows: Iterable[Row], field: str) -> dict[str, list[Row]]:
    """What belongs to records, by the id of the record."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(str(row[field]), []).append(row)
    return found


def belonging(owner: Row, rows: Sequence[Row]) -> list[Row]:
    """What counts of it: what was deleted counts only with a record that was deleted itself, which may be merged."""
    return [row for row in rows if owner["IsDeleted"] or not row["IsDeleted"]]


def text_of(row: Mapping[str, Any], field: str | None) -> str | None:
    """A value as text; None if it is empty, or the org does not have the field."""
    value = row.get(field) if field else None
    return None if value is None or str(value).strip() == "" else str(value)


def _responses(owner: Row, members: Sequence[Row]) -> list[Event]:
    answered = [row for row in belonging(owner, members) if row["FirstRespondedDate"]]
    found = {(str(row["FirstRespondedDate"]), text_of(row["Campaign"] or {}, "Type") or UNKNOWN) for row in answered}
    return [_event(f"campaign:{kind}", day) for day, kind in sorted(found)]


def _statuses(owner: Row, history: Sequence[Row]) -> list[Event]:
    changes = sorted(belonging(owner, history), key=lambda row: (moment_of(row, "CreatedDate"), row["Id"]))
    named = ((moment_of(row, "CreatedDate"), text_of(row, "NewValue")) for row in changes)
    return [_event(f"status:{value}", at) for at, value in dict.fromkeys(named) if value]


def _event(code: str, at: str) -> Event:
    return {"code": code, "at": at}
