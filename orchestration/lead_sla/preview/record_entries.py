"""Proposes what a row about a record tells: an entry for each date that has a meaning, and the stage."""

import re
from collections.abc import Iterator

from lead_sla.inputs.outcome_words import fold, outcome_of
from lead_sla.preview.entries import Entry
from lead_sla.preview.names import plain_name, rank
from lead_sla.preview.roles import NAMED_AS_EVENTS, Roles
from lead_sla.preview.samples import Sample

CLOSED = re.compile(r"^(closed|abgeschlossen|geschlossen|cerrad[oa]|fechad[oa]|cloturee?|fermee?)\b", re.IGNORECASE)
OPEN = re.compile(r"^(open|in progress|offen|ouverte?|abiert[oa]|abert[oa])$", re.IGNORECASE)
CLOSING = ("won", "lost")
KEPT: dict[str, object] = {"keep": "every_version"}
SEEN: dict[str, object] = {"occurred_at": {"observed": True}, **KEPT}

Told = dict[str, object]


def list_events(entry: Entry, roles: Roles, sample: Sample) -> list[Told]:
    """The entries of `events` of a record feed."""
    code, made = roles.code, "opened" if roles.is_of_deals else "created"
    events: list[Told] = []
    column = roles.get(code)
    moment = roles.get("created") or _find_other_moment(roles)
    tells_codes = any(found.is_named for found in roles.lists.values()) or any(
        what not in CLOSING for what in roles.entered.values()
    )
    if moment and column and not roles.entered and not roles.lists and _is_what_happened(column, moment, roles):
        _question_type(entry, roles, column, moment)
        return [{code: column, "occurred_at": moment} | (KEPT if roles.is_of_deals else {})]
    if moment:
        events.append({code: {"constant": made}, "occurred_at": moment})
        if moment != roles.get("created"):
            entry.doubt("events", f"{moment} is taken for the date of the event {made}; is it?")
    events += [_entered(code, name, what, sample) for name, what in roles.entered.items()]
    for listed, found in roles.lists.items():
        events.append({"each": listed, code: {"element": found.code}, "occurred_at": {"element": found.moment}, **KEPT})
        if not found.is_named:
            entry.doubt("events", f"{found.code} is taken for what happened in {listed}; is it?")
    if column and not tells_codes:
        events += _stages(entry, roles, sample, column)
    if not events:
        entry.doubt("events", "no date says when something happened, so a record counts from the day it is first seen")
        events.append({code: {"constant": made}, **SEEN})
    return events


def _find_other_moment(roles: Roles) -> str | None:
    """The date of a record that has no date of creation: when it was sent, or a name in no known language."""
    if roles.entered or roles.lists or (roles.is_of_deals and "closed" in roles.found):
        return None
    occurred = roles.get("occurred")
    others = [name for name in roles.known_dates if name not in roles.used or name == occurred]
    return occurred if occurred in others else next(iter(others), None)


def _is_what_happened(column: str, moment: str, roles: Roles) -> bool:
    """Whether a column says what happened at a moment: a type, or the stage of a deal that has no other date."""
    if roles.is_of_deals:
        return moment != roles.get("created") and "closed" not in roles.found
    return moment != roles.get("created") or rank(column, "event_type") in NAMED_AS_EVENTS


def _question_type(entry: Entry, roles: Roles, column: str, moment: str) -> None:
    made = "opened" if roles.is_of_deals else "created"
    entry.doubt(
        "events",
        f"{column} is taken for what happened at {moment}; if it only describes the "
        f"{'deal' if roles.is_of_deals else 'lead'}, write {{constant: {made}}}",
    )


def _entered(code: str, column: str, what: str, sample: Sample) -> Told:
    """What a record became on a date; of a conversion, its form stands in the column of that name."""
    form = next((name for name in sample.columns if plain_name(name).replace(" ", "_") == what), None)
    if form is None:
        return {code: {"constant": what}, "occurred_at": column}
    return {code: form, "occurred_at": column, **KEPT}


def _stages(entry: Entry, roles: Roles, sample: Sample, column: str) -> Iterator[Told]:
    """The stage of a closed record is dated by the date of closing, any other by the day it is first seen."""
    observed: Told = {roles.code: column, **SEEN}
    if not roles.is_of_deals:
        entry.doubt("events", f"no date tells since when {column} is so: it counts from the day it is first seen")
        yield observed
        return
    if any(what in CLOSING for what in roles.entered.values()):
        entry.doubt("events", f"no date tells when a deal entered {column}: it counts from the day it is first seen")
        status = _find_status(sample, column)
        yield observed | ({"when": {"column": status[0], "values": status[1]}} if status else {})
        return
    closed = [text for text in sample.columns[column].distinct if outcome_of(text) or CLOSED.search(fold(text))]
    closed_on = roles.get("closed")
    if closed_on is None:
        entry.doubt("events", f"no date tells when a deal entered {column}: it counts from the day it is first seen")
        if closed:
            entry.doubt("events", "that is also how deals close, since no column has the date of closing")
        yield observed
        return
    closed = _question_closed(entry, column, closed)
    entry.doubt(
        "events", f"no date tells when a deal entered the other values of {column}: they count from the day first seen"
    )
    yield {roles.code: column, "occurred_at": closed_on, "when": {"column": column, "values": closed}}
    yield observed | {"when": {"column": column, "not_values": closed}}


def _question_closed(entry: Entry, column: str, closed: list[str]) -> list[str]:
    outcomes = {outcome_of(text) for text in closed}
    if not closed:
        entry.doubt("events", f"no deal of this file is closed: which values of {column} mean won and lost?")
        return ["Closed Won", "Closed Lost"]
    if not {"won", "lost"} <= outcomes:
        entry.doubt("events", f"is {', '.join(closed)} all that {column} says of closed deals? List both won and lost")
    return closed


def _find_status(sample: Sample, stage: str) -> tuple[str, list[str]] | None:
    """A column besides the stage that says which deals are open, and its words for it."""
    for name, column in sample.columns.items():
        words = [text for text in column.distinct if OPEN.search(text)]
        if name != stage and rank(name, "stage") is not None and words:
            return name, words
    return None
