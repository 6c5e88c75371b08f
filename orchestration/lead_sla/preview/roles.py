"""Decides which column of a file is what: by its name first, and by its values."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from lead_sla.preview.amounts import AmountReading, read_amounts
from lead_sla.preview.dates import DateReading, read_dates
from lead_sla.preview.names import (
    DATE_WORDS,
    DEAL_PATH,
    DEAL_WORDS,
    EXPECTED,
    ID_WORDS,
    LEAD_PATH,
    LEAD_WORDS,
    OTHER_IDS,
    plain_name,
    rank,
    what_was_entered,
)
from lead_sla.preview.samples import Sample, SampleColumn

NAMED_EVENT_IDS = (0, 1)  # of the ranks of names; another name can be that of a record as well
MOST_CODES = 60  # distinct texts of a column that holds codes
CURRENCY = re.compile(r"[A-Z]{3}")
NAMED_BY_PATH = 3  # columns that a path with a word for deals or leads counts as much as
BOOLEANS = {"true", "false", "1", "0", "yes", "no"}


@dataclass
class Roles:
    """The columns of a file by what they are; None where there is none. `dates` are all that hold dates."""

    is_of_deals: bool
    dates: dict[str, DateReading]
    amount_reading: AmountReading | None = None
    found: dict[str, str] = field(default_factory=dict)
    entered: dict[str, str] = field(default_factory=dict)  # column -> code
    lists: dict[str, tuple[str, str]] = field(default_factory=dict)  # column -> fields with code and moment

    def get(self, role: str) -> str | None:
        """The column with a role."""
        return self.found.get(role)

    @property
    def used(self) -> set[str]:
        """The columns that have some role."""
        return {*self.found.values(), *self.entered, *self.lists}


def assign_roles(path: str, sample: Sample) -> Roles:
    """Assign the columns of a file; its path tells whether it is of deals where the columns do not."""
    columns = sample.columns
    dates = {name: reading for name, column in columns.items() if (reading := _read_dates(column))}
    roles = Roles(_is_of_deals(path, columns), dates)
    _assign_ids(roles, sample)
    texts = [name for name in columns if name not in dates]
    code = "stage" if roles.is_of_deals else "event_type"
    roles.found |= _best(code, (name for name in texts if len(columns[name].distinct) <= MOST_CODES), roles)
    if roles.is_of_deals:
        _assign_money(roles, sample)
    else:
        few = [name for name in texts if len(columns[name].distinct) <= MOST_CODES]
        roles.found |= _best("segment", few, roles)
        roles.found |= _best("channel", few, roles)
        roles.found |= _best("landing_page", texts, roles)
    roles.found |= _best("modified", dates, roles)
    known = [name for name in dates if not EXPECTED.search(plain_name(name))]
    roles.found |= _best("created", known, roles)
    roles.found |= _best("closed", known, roles)
    for name in dates:
        if name not in roles.used and (what := what_was_entered(name)):
            roles.entered[name] = what
    roles.found |= _best("occurred", dates, roles)
    booleans = (name for name in texts if {text.lower() for text in columns[name].distinct} <= BOOLEANS)
    roles.found |= _best("withdrawn", booleans, roles)
    roles.lists = {name: fields for name, column in columns.items() if (fields := _fields_of(column))}
    return roles


def _read_dates(column: SampleColumn) -> DateReading | None:
    """The reading of a column of dates; digits are only dates under a name of dates, and never an id."""
    plain = plain_name(column.name)
    is_named = bool(DATE_WORDS.search(plain)) and not ID_WORDS.search(plain)
    return read_dates(column.distinct, may_be_numbers=is_named)


def _is_of_deals(path: str, columns: Iterable[str]) -> bool:
    """Whether more of the names are those of deals; contacts have some as well, such as a close date."""
    told = NAMED_BY_PATH * (bool(DEAL_PATH.search(path)) - bool(LEAD_PATH.search(path)))
    plain = [plain_name(name) for name in columns]
    deals = sum(1 for name in plain if DEAL_WORDS.search(name)) + sum(
        1 for name in columns if rank(name, "amount") is not None or rank(name, "deal_id") is not None
    )
    deals += 2 * any(rank(name, "stage") in (0, 1) for name in columns)
    return deals + told > sum(1 for name in plain if LEAD_WORDS.search(name))


def _assign_ids(roles: Roles, sample: Sample) -> None:
    """The ids of the record, of the lead of a deal, and of the event if each row has one of its own besides."""
    own, other = ("deal_id", "lead_id") if roles.is_of_deals else ("lead_id", "deal_id")
    texts = [name for name in sample.columns if name not in roles.dates]
    names = [name for name in texts if not OTHER_IDS.search(plain_name(name))]
    unique = [name for name in names if sample.columns[name].is_unique]
    events = [name for name in unique if rank(name, "event_id") in NAMED_EVENT_IDS]
    record = _best("record_id", [name for name in unique if rank(name, other) is None], roles).get("record_id")
    if record and rank(record, "record_id") == 0:
        roles.found[own] = record
    roles.found |= {} if own in roles.found else _best(own, names, roles)
    if own not in roles.found and record:
        roles.found[own] = record
    if roles.is_of_deals:
        roles.found |= _best(other, names, roles)
        if own not in roles.found and roles.get(other) in unique:
            roles.found[own] = str(roles.get(other))
    is_log = own in roles.found and sample.columns[roles.found[own]].repeats
    roles.found |= _best("event_id", unique if is_log else events, roles)


def _assign_money(roles: Roles, sample: Sample) -> None:
    numbers = {
        name: reading
        for name, column in sample.columns.items()
        if rank(name, "amount") is not None and name not in roles.dates and (reading := read_amounts(column.distinct))
    }
    roles.found |= _best("amount", numbers, roles)
    if amount := roles.get("amount"):
        roles.amount_reading = numbers[amount]
    codes = [n for n, c in sample.columns.items() if all(CURRENCY.fullmatch(text) for text in c.distinct) and c.values]
    roles.found |= _best("currency", codes, roles)


def _best(role: str, names: Iterable[str], roles: Roles) -> dict[str, str]:
    """The column whose name fits a role best, the first of several; nothing if none does or it has another role."""
    used = roles.used
    ranked = [(place, name) for name in names if name not in used and (place := rank(name, role)) is not None]
    return {role: min(ranked, key=lambda one: one[0])[1]} if ranked else {}


def _fields_of(column: SampleColumn) -> tuple[str, str] | None:
    """The fields with the code and the moment of a list whose elements are events."""
    if not column.elements:
        return None
    moments: list[str] = []
    codes: list[str] = []
    for name in dict.fromkeys(key for element in column.elements for key in element):
        texts = [str(element[name]) for element in column.elements if element.get(name) not in (None, "")]
        if not texts:
            continue
        if read_dates(texts, may_be_numbers=bool(DATE_WORDS.search(plain_name(name)))):
            moments.append(name)
        elif len(set(texts)) <= MOST_CODES:
            codes.append(name)
    named = [name for name in codes if plain_name(name) in ("value", "type", "stage", "name", "event", "event type")]
    return (named[0], moments[0]) if named and moments else None
