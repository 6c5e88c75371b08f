"""Records as HubSpot's responses show them."""

from collections.abc import Iterable
from typing import Any

from tests.support.hubspot.moments import to_iso
from tests.support.hubspot.records import Kind, Record, Version

PORTAL = 24681357
FORMS_SHOWN = 800  # the most recent ones


def property_value(record: Record, kind: Kind, name: str, at: int | None = None) -> str | None:
    """The value of a property, also of those that HubSpot keeps by itself, now or as of a moment."""
    if name == "hs_object_id":
        return record.id
    if name == "createdate":
        return to_iso(record.created)
    if name == kind.modified_property:
        modified = record.modified[-1] if at is None else record.modified_as_of(at)
        return None if modified is None else to_iso(modified)
    if name == "hs_merged_object_ids":
        return ";".join(map(str, record.merged)) or None
    if name == "hs_calculated_form_submissions":
        return ";".join(f"{form}:{moment}" for form, moment in record.forms[-FORMS_SHOWN:]) or None
    return record.value(name, at)


def render(
    record: Record, kind: Kind, properties: Iterable[str], histories: Iterable[str] = (), *, limit: int = 20
) -> dict[str, Any]:
    """A record with the given properties, and those with their history, newest version first."""
    histories = list(histories)
    wanted = dict.fromkeys([*kind.standard_properties, *properties, *histories])
    shown: dict[str, Any] = {
        "id": record.id,
        "properties": {name: property_value(record, kind, name) for name in wanted},
        "createdAt": to_iso(record.created),
        "updatedAt": to_iso(record.modified[-1]),
        "archived": record.archived is not None,
        "url": f"https://app.hubspot.com/contacts/{PORTAL}/record/{kind.type_id}/{record.id}",
    }
    if histories:
        shown["propertiesWithHistory"] = {name: _history(record, kind, name, limit) for name in histories}
    if record.archived is not None:
        shown["archivedAt"] = to_iso(record.archived)
    return shown


def render_indexed(record: Record, kind: Kind, properties: Iterable[str], at: int) -> dict[str, Any]:
    """A record as the index of the search knew it at a moment."""
    modified = record.modified_as_of(at)
    assert modified is not None, "a search found what its index did not know"
    wanted = dict.fromkeys([*kind.standard_properties, *properties])
    return render(record, kind, ()) | {
        "properties": {name: property_value(record, kind, name, at) for name in wanted},
        "updatedAt": to_iso(modified),
        "archived": False,
    }


def _history(record: Record, kind: Kind, name: str, limit: int) -> list[dict[str, Any]]:
    versions = record.history.get(name)
    if versions is None:
        value = property_value(record, kind, name)
        versions = [] if value is None else [Version(value, record.modified[-1], "CALCULATED")]
    return [
        {"value": one.value, "timestamp": to_iso(one.at), "sourceType": one.source} for one in versions[::-1][:limit]
    ]
