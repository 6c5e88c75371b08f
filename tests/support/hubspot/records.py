"""Records of the fake: kinds, values with their history, and what a record was at a moment."""

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Final, NamedTuple


class Kind(NamedTuple):
    """A kind of record, and what HubSpot does for it."""

    name: str
    type_id: str
    singular: str
    modified_property: str
    standard_properties: tuple[str, ...]  # always in a response
    default_properties: tuple[str, ...]  # in a response when the request names none
    scope: str


CONTACTS: Final = Kind(
    "contacts",
    "0-1",
    "contact",
    "lastmodifieddate",
    ("createdate", "hs_object_id", "lastmodifieddate"),
    ("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"),
    "crm.objects.contacts.read",
)
DEALS: Final = Kind(
    "deals",
    "0-3",
    "deal",
    "hs_lastmodifieddate",
    ("createdate", "hs_lastmodifieddate", "hs_object_id"),
    ("amount", "closedate", "createdate", "dealname", "dealstage", "hs_lastmodifieddate", "hs_object_id", "pipeline"),
    "crm.objects.deals.read",
)
KINDS: Final = {name: kind for kind in (CONTACTS, DEALS) for name in (kind.name, kind.type_id)}


class Version(NamedTuple):
    """A value that a property had from a moment on; empty when it was cleared."""

    value: str
    at: int
    source: str = "CRM_UI"


@dataclass(slots=True)
class Record:
    """A contact or a deal. Moments in milliseconds; versions and modifications oldest first."""

    number: int
    created: int
    modified: list[int]
    history: dict[str, list[Version]] = field(default_factory=dict)
    archived: int | None = None
    merged: list[int] = field(default_factory=list)
    forms: list[tuple[str, int]] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The id as HubSpot hands it out: a number, as text."""
        return str(self.number)

    def value(self, name: str, at: int | None = None) -> str | None:
        """The value of a property now or at a moment; None when it never had one or was cleared."""
        versions = self.history.get(name, [])
        if at is not None:
            versions = versions[: bisect_right(versions, at, key=lambda version: version.at)]
        return (versions[-1].value or None) if versions else None

    def write(self, name: str, version: Version) -> None:
        """Add a version; one that repeats the value before it changes nothing."""
        versions = self.history.setdefault(name, [])
        place = bisect_right(versions, version.at, key=lambda one: one.at)
        if (versions[place - 1].value if place else "") != version.value:
            versions.insert(place, version)

    def touch(self, at: int) -> None:
        """Note that it was modified."""
        self.modified.append(max(at, self.modified[-1]))

    def modified_as_of(self, at: int) -> int | None:
        """The last modification that had happened at a moment; None before the record existed."""
        position = bisect_right(self.modified, at)
        return self.modified[position - 1] if position else None
