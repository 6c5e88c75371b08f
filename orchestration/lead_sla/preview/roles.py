"""Decides which column of a file is what: by its name first, and by its values."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lead_sla.preview.amounts import AmountReading
from lead_sla.preview.dates import DateReading
from lead_sla.preview.name_patterns import DATE_WORDS, EXPECTED
from lead_sla.preview.names import matched_name, rank
from lead_sla.preview.nested import MOST_CODES, EventList
from lead_sla.preview.samples import Sample

MOMENTS = ("created", "occurred", "closed", "modified")
NAMED_AS_EVENTS = (0, 1)  # of the ranks of names of types; others are those of a status that changes


@dataclass
class Roles:
    """The columns of a file by what they are; None where there is none. `dates` are all that hold dates.

    `doubts` are what was decided about the columns by other things than their names.
    """

    is_of_deals: bool
    dates: dict[str, DateReading]
    amount_reading: AmountReading | None = None
    currency: str | None = None  # of all amounts, where no column has it
    found: dict[str, str] = field(default_factory=dict)
    entered: dict[str, str] = field(default_factory=dict)  # column -> code
    lists: dict[str, EventList] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)
    has_stand_in: bool = False  # for the id of the record, which no column has

    def get(self, role: str) -> str | None:
        """The column with a role."""
        return self.found.get(role)

    @property
    def own(self) -> str:
        """The role of the record that a file is about."""
        return "deal_id" if self.is_of_deals else "lead_id"

    @property
    def code(self) -> str:
        """The role of what happened."""
        return "stage" if self.is_of_deals else "event_type"

    @property
    def used(self) -> set[str]:
        """The columns that have some role."""
        return {*self.found.values(), *self.entered, *self.lists}

    @property
    def known_dates(self) -> list[str]:
        """The columns of dates that have passed."""
        return [name for name in self.dates if not EXPECTED.search(matched_name(name))]


def choose(role: str, names: Iterable[str], roles: Roles) -> dict[str, str]:
    """The column whose name fits a role best, the first of several; nothing if none does or it has another role."""
    used = roles.used
    ranked = [(place, name) for name in names if name not in used and (place := rank(name, role)) is not None]
    return {role: min(ranked, key=lambda one: one[0])[1]} if ranked else {}


def find_codes(roles: Roles, sample: Sample) -> list[str]:
    """The columns of few different texts, which can be codes."""
    return [n for n, c in sample.columns.items() if n not in roles.dates and 0 < len(c.distinct) <= MOST_CODES]


def is_named_as_moment(name: str) -> bool:
    """Whether the name is that of a moment, even if no value can be read as one."""
    return bool(DATE_WORDS.search(matched_name(name))) and any(rank(name, role) is not None for role in MOMENTS)
