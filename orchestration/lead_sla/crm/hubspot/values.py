"""Reading the values of a record: of properties, of their histories and of its last change."""

from collections.abc import Mapping
from typing import Any

from lead_sla.crm.errors import PullError
from lead_sla.crm.hubspot.objects import MERGED_IDS, CrmObject
from lead_sla.crm.moments import normalize_moment

Record = Mapping[str, Any]


def value_of(record: Record, name: str) -> str | None:
    """The current value of a property; None if it has none."""
    value = (record.get("properties") or {}).get(name)
    return None if value is None or str(value).strip() == "" else str(value)


def history_of(record: Record, name: str) -> list[tuple[str, str | None]]:
    """The moments of a property and the value that it got at each, oldest first; None where it was emptied."""
    entries = (record.get("propertiesWithHistory") or {}).get(name) or []
    # HubSpot has the newest first; of two at one moment that order decides.
    found = [
        (normalize_moment(entry["timestamp"]), str(entry.get("value") or "") or None) for entry in reversed(entries)
    ]
    return sorted(found, key=lambda entry: entry[0])


def version_of(record: Record, crm_object: CrmObject) -> str:
    """When a record was last changed.

    Raises:
        PullError: HubSpot does not say.
    """
    text = value_of(record, crm_object.modified) or record.get("updatedAt")
    if not text:
        raise PullError(f"HubSpot gave {crm_object.singular} {record['id']} without {crm_object.modified}. Rerun.")
    return normalize_moment(text)


def merged_ids(record: Record) -> list[str]:
    """The ids of the records that this one has taken in; HubSpot separates them by semicolons."""
    parts = (part.strip() for part in (value_of(record, MERGED_IDS) or "").split(";"))
    return [part for part in parts if part and part != str(record["id"])]
