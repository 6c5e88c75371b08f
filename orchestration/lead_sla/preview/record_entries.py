"""Proposes what a row about a record tells: an entry for each date that has a meaning, and the stage."""

import re
from collections.abc import Iterator

from lead_sla.preview.entries import Entry
from lead_sla.preview.names import plain_name, rank
from lead_sla.preview.roles import Roles
from lead_sla.preview.samples import Sample

CLOSED = re.compile(r"\b(won|lost|gewonnen|verloren|ganad[oa]|perdid[oa]|gagn[ée]e?|perdue?)\b|^closed", re.IGNORECASE)
WON = re.compile(r"\b(won|gewonnen|ganad[oa]|gagn[ée]e?)\b", re.IGNORECASE)
OPEN = re.compile(r"^(open|in progress|offen)$", re.IGNORECASE)
CLOSING = ("won", "lost")
KEPT = {"keep": "every_version"}
Told = dict[str, object]


def list_events(entry: Entry, roles: Roles, sample: Sample) -> list[Told]:
    """The entries of `events` of a record feed."""
    code, made = ("stage", "opened") if roles.is_of_deals else ("event_type", "created")
    events: list[Told] = []
    if created := roles.get("created"):
        events.append({code: {"constant": made}, "occurred_at": created})
    events += [_entered(code, column, what, sample) for column, what in roles.entered.items()]
    for listed, (value, moment) in roles.lists.items():
        events.append({"each": listed, code: {"element": value}, "occurred_at": {"element": moment}, **KEPT})
    if (column := roles.get(code)) and not _tells_stages(roles):
        events += _stages(entry, roles, sample, code, column)
    if not events:
        entry.doubt("events", "no date says when something happened, so a record counts from the day it is first seen")
        events.append({code: {"constant": made}, "occurred_at": {"observed": True}, **KEPT})
    return events


def _tells_stages(roles: Roles) -> bool:
    """Whether the dates of stages stand in columns or lists of their own, besides those of winning and losing."""
    return bool(roles.lists) or any(what not in CLOSING for what in roles.entered.values())


def _entered(code: str, column: str, what: str, sample: Sample) -> Told:
    """What a record became on a date; of a conversion, its form stands in the column of that name."""
    form = next((name for name in sample.columns if plain_name(name).replace(" ", "_") == what), None)
    if form is None:
        return {code: {"constant": what}, "occurred_at": column}
    return {code: form, "occurred_at": column, **KEPT}


def _stages(entry: Entry, roles: Roles, sample: Sample, code: str, column: str) -> Iterator[Told]:
    """The stage of a closed record is dated by the date of closing, any other by the day it is first seen."""
    observed: Told = {code: column, "occurred_at": {"observed": True}, **KEPT}
    closed_on = roles.get("closed")
    if not roles.is_of_deals:
        yield observed
        return
    status = _find_status(sample, column)
    if any(what in CLOSING for what in roles.entered.values()):
        yield observed | ({"when": {"column": status[0], "values": status[1]}} if status else {})
        return
    closed = [text for text in sample.columns[column].distinct if CLOSED.search(text)]
    if closed_on is None:
        if closed:
            entry.doubt(
                "events", "no column has the date of closing, so a deal closes on the day on which that is first seen"
            )
        yield observed
        return
    if not closed:
        closed = ["Closed Won", "Closed Lost"]
        entry.doubt("events", f"no deal of this file is closed: which values of {column} mean won and lost?")
    elif all(WON.search(text) for text in closed) or not any(WON.search(text) for text in closed):
        entry.doubt("events", f"is {', '.join(closed)} all that {column} says of closed deals? List both won and lost")
    yield {code: column, "occurred_at": closed_on, "when": {"column": column, "values": closed}}
    yield observed | {"when": {"column": column, "not_values": closed}}


def _find_status(sample: Sample, stage: str) -> tuple[str, list[str]] | None:
    """A column besides the stage that says which deals are open, and its words for it."""
    for name, column in sample.columns.items():
        words = [text for text in column.distinct if OPEN.search(text)]
        if name != stage and rank(name, "stage") is not None and words:
            return name, words
    return None
