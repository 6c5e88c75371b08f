"""Proposes the options of a feed that say how its values are read."""

import re
from collections.abc import Iterable

from lead_sla.preview.dates import DAY_FIRST, MONTH_FIRST, TIMES, DateReading
from lead_sla.preview.entries import Entry
from lead_sla.preview.identities import is_by_email
from lead_sla.preview.roles import Roles
from lead_sla.preview.samples import Sample

SALESFORCE_ID = re.compile(r"[0-9a-zA-Z]{3}[0-9a-zA-Z]{12}([0-9a-zA-Z]{3})?")
SALESFORCE_PREFIXES = ("003", "00Q", "006", "001")
SEPARATOR = ";"
NAMED_SIGNS = {None: "no sign", " ": "a blank"}


def add_value_options(entry: Entry, roles: Roles, sample: Sample, moments: tuple[str, ...], timezone: str) -> None:
    """Add what the columns that the feed reads need; `moments` are those that hold the dates of events."""
    read = [name for name in sample.columns if name in moments or name in roles.used]
    dated = {name: roles.dates[name] for name in (*moments, roles.get("modified")) if name in roles.dates}
    if any(reading.is_local for reading in dated.values()):
        entry.keys["timezone"] = timezone
        entry.doubt("timezone", "the zone in which the export writes times, since they have no offset")
    if nulls := dict.fromkeys(word for name in read for word in sample.columns[name].nulls):
        entry.keys["nulls"] = list(nulls)
    _add_dates(entry, dated, roles.dates.values())
    if days := [name for name in sample.columns if name in moments and name in dated and dated[name].is_days]:
        entry.keys["days"] = days
    _add_amounts(entry, roles)
    ids = {role: sample.columns[name].distinct for role in ("lead_id", "deal_id") if (name := roles.get(role))}
    if split := [role for role, texts in ids.items() if any(SEPARATOR in text for text in texts)]:
        entry.keys["first_of"] = dict.fromkeys(split, SEPARATOR)
    normalize = {role: "salesforce_id" for role, texts in ids.items() if texts and all(map(_is_salesforce_id, texts))}
    if is_by_email(roles, sample):
        normalize["lead_id"] = "lower"
    if normalize:
        entry.keys["normalize"] = normalize


def _add_dates(entry: Entry, dated: dict[str, DateReading], known: Iterable[DateReading]) -> None:
    """The formats of all dates; an ambiguous column follows one that is not, if the file has one."""
    orders = {order for reading in known if not reading.instead and (order := _order(reading.formats))}
    formats: dict[str, None] = {}
    for name, reading in dated.items():
        chosen = reading.formats
        if reading.instead and _order(reading.instead) in orders and _order(chosen) not in orders:
            chosen = reading.instead
        elif reading.instead and len(orders) != 1:
            entry.doubt(
                "dates",
                f"{name} is ambiguous, since no day is above 12: {reading.example} is read by {_list(chosen)}, and "
                f"could be {_list(reading.instead)}",
            )
        formats |= dict.fromkeys(chosen)
    if len({_order((one,)) for one in formats} - {None}) > 1:
        entry.doubt(
            "dates", "some columns begin with the day and some with the month; the first format that fits counts"
        )
    if formats:
        entry.keys["dates"] = list(formats)


def _order(formats: Iterable[str]) -> str | None:
    for one in formats:
        for order, days in (("day", DAY_FIRST), ("month", MONTH_FIRST)):
            if one in {f"{day}{time}" for day in days for time in TIMES}:
                return order
    return None


def _add_amounts(entry: Entry, roles: Roles) -> None:
    reading = roles.amount_reading
    if reading is None or reading.decimal is None:
        return
    entry.keys["decimal"] = reading.decimal
    if reading.thousands:
        entry.keys["thousands"] = reading.thousands
    if reading.instead:
        decimal, thousands = reading.instead
        entry.doubt(
            "decimal",
            f"{reading.example} is ambiguous; it is another amount with {_sign(decimal)} before decimals and "
            f"{_sign(thousands)} between thousands",
        )


def _sign(sign: str | None) -> str:
    return NAMED_SIGNS.get(sign, f"'{sign}'")


def _is_salesforce_id(text: str) -> bool:
    return text.startswith(SALESFORCE_PREFIXES) and SALESFORCE_ID.fullmatch(text) is not None


def _list(formats: Iterable[str]) -> str:
    return ", ".join(formats)
