"""Makes a proposed feed of what was found in a file."""

import glob
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from lead_sla.errors import InputError
from lead_sla.preview.entries import Entry
from lead_sla.preview.forms import DetectedForm
from lead_sla.preview.names import rank
from lead_sla.preview.record_entries import list_events
from lead_sla.preview.roles import Roles, assign_roles
from lead_sla.preview.samples import Sample
from lead_sla.preview.value_options import add_value_options

TRAILING_NUMBER = re.compile(r"[-_. (]*\d[\d_.:T() -]*(Z|AM|PM)?$")
# The word of the rows that are gone, by that of the others.
TRUE_WORDS = {"false": "true", "False": "True", "FALSE": "TRUE", "0": "1", "no": "yes", "No": "Yes"}
ODD = re.compile(r"[^a-z0-9]+")
RANK_OF_NAMES = 4  # of columns with leads: from it on, a column can have names of people as well as ids
SHARED = ("deal_id", "lead_id", "segment", "channel", "landing_page", "amount", "currency")
DELIMITERS = {"\t": "tab"}


@dataclass(frozen=True)
class Proposal:
    """A proposed feed, and what a row of the file was found to be."""

    entry: Entry
    shape: str


def propose(path: str, detected: DetectedForm, sample: Sample, timezone: str) -> Proposal:
    """Propose a feed for a file; `timezone` is that of the business.

    Raises:
        InputError: no column identifies a row.
    """
    roles = assign_roles(path, sample)
    own = roles.get("deal_id" if roles.is_of_deals else "lead_id")
    if own is None:
        raise InputError(
            f"{path}: no column identifies the lead or the deal of a row; its columns are {', '.join(sample.columns)}. "
            "Export the id of the record as well."
        )
    what = "deal" if roles.is_of_deals else "lead"
    entry = Entry({"name": _name(path), "kind": f"{what}_events", "files": _pattern(path)})
    _add_form(entry, detected)
    if event_id := roles.get("event_id"):
        shape = f"Each row is an event: the ids in {event_id} are unique."
        moments = _add_events(entry, roles, sample)
    else:
        moments = _add_records(entry, roles, sample, own)
        is_log = sample.columns[own].repeats
        shape = (
            f"Each row is one of several about a {what}: the ids in {own} repeat, and no column has ids of the rows."
            if is_log
            else f"Each row is a {what} as it stands: the ids in {own} are unique."
        )
    if roles.is_of_deals:
        _question_lead(entry, roles.get("lead_id"))
    add_value_options(entry, roles, sample, moments, timezone)
    return Proposal(entry, shape)


def _question_lead(entry: Entry, lead: str | None) -> None:
    """Say so if nothing tells which lead a deal belongs to, or perhaps a name instead of an id."""
    if lead is None:
        entry.doubt("columns", "no column has the lead of a deal, and without one no lead is credited: add lead_id")
    elif (rank(lead, "lead_id") or 0) >= RANK_OF_NAMES:
        entry.doubt("columns", f"{lead} has to be the id that the feed of leads has; a name credits no lead")


def _name(path: str) -> str:
    stem = TRAILING_NUMBER.sub("", _stem(path)) or "feed"
    folders = [part for part in PurePosixPath(path).parts[:-1] if not stem.lower().startswith(part.lower())]
    parts = [*folders, stem]
    return ODD.sub("_", "_".join(part for part in parts if "=" not in part).lower()).strip("_") or "feed"


def _pattern(path: str) -> str:
    """The file's path, with a star for a date or number at the end of its name, which the next export changes."""
    stem = _stem(path)
    ending = PurePosixPath(path).name.removeprefix(stem)
    short = TRAILING_NUMBER.sub("", stem)
    folder = [part if "=" not in part else f"{part.partition('=')[0]}=*" for part in PurePosixPath(path).parts[:-1]]
    name = f"{glob.escape(short)}*{ending}" if short and short != stem else glob.escape(stem) + ending
    return "/".join([*(part if part.endswith("=*") else glob.escape(part) for part in folder), name])


def _stem(path: str) -> str:
    return PurePosixPath(PurePosixPath(path).name.removesuffix(".gz")).stem


def _add_form(entry: Entry, detected: DetectedForm) -> None:
    form = detected.form
    given: dict[str, object] = {}
    if form.delimiter != ",":
        given["delimiter"] = DELIMITERS.get(form.delimiter, form.delimiter)
    if form.encoding:
        given["encoding"] = form.encoding
    if form.header_row != 1:
        given["header_row"] = form.header_row
    if form.ignore_after_blank_line:
        given["footer"] = {"ignore_after_blank_line": True}
    if form.sheet:
        given["sheet"] = form.sheet
    entry.keys |= given
    for key, text in detected.doubts.items():
        entry.doubt(key, text)


def _add_events(entry: Entry, roles: Roles, sample: Sample) -> tuple[str, ...]:
    code = "stage" if roles.is_of_deals else "event_type"
    moment = next((name for name in map(roles.get, ("occurred", "created", "closed", "modified")) if name), None)
    moment = moment or next(iter(roles.dates), None)
    if moment is None:
        raise InputError(
            f"No column of the events has their date; the columns are {', '.join(sample.columns)}. Export it as well."
        )
    others = [name for name in roles.dates if name != moment]
    if others:
        entry.doubt("columns", f"occurred_at is when it happened; other dates are in {', '.join(others)}")
    if (column := roles.get(code)) and len(sample.columns[column].values) < sample.sampled:
        entry.doubt("columns", f"rows without {column} are rejected; {{column: ..., default: ...}} gives them one")
    columns: dict[str, object] = {"event_id": roles.get("event_id")}
    columns |= _shared(roles, ("deal_id", "lead_id"))
    columns |= {code: _code(entry, roles, code), "occurred_at": moment}
    columns |= _shared(roles, SHARED)
    entry.keys["columns"] = columns
    return (moment,)


def _add_records(entry: Entry, roles: Roles, sample: Sample, own: str) -> tuple[str, ...]:
    code = "stage" if roles.is_of_deals else "event_type"
    entry.keys["kind"] = str(entry.keys["kind"]).replace("_events", "_records")
    entry.keys["record_id"] = own
    is_log = sample.columns[own].repeats
    if (version := roles.get("modified")) and not is_log:
        entry.keys["version"] = version
    if column := roles.get("withdrawn"):
        words = dict.fromkeys(TRUE_WORDS.get(text, text) for text in sample.columns[column].distinct)
        entry.keys["withdrawn"] = {"column": column, "values": list(words)}
    elif not is_log:
        entry.hint("columns", "`complete: true` here, if every file lists all records: one that is missing is gone")
    entry.keys["columns"] = _shared(roles, SHARED)
    if is_log:
        moment = next((m for m in map(roles.get, ("occurred", "modified", "created", "closed")) if m), None)
        moment = moment or next(iter(roles.dates), None)
        events = [
            {code: _code(entry, roles, code), "occurred_at": moment or {"observed": True}, "keep": "every_version"}
        ]
    else:
        events = list_events(entry, roles, sample)
    entry.keys["events"] = events
    moments = tuple(dict.fromkeys(at for one in events if isinstance(at := one["occurred_at"], str)))
    source = roles.get("channel")
    if source and len(events) == 1 and len(sample.columns[source].values) == sample.sampled:
        entry.hint("events", f"all leads are of one type; with {source} as the event_type, each has a rate of its own")
    unused = [name for name in roles.dates if name not in moments and name != roles.get("modified")]
    if unused:
        entry.hint("events", f"dates that give no event: {', '.join(unused)}")
    return moments


def _code(entry: Entry, roles: Roles, code: str) -> object:
    if column := roles.get(code):
        return column
    made = "opened" if roles.is_of_deals else "created"
    entry.doubt("columns", f"no column says what happened, so all rows have the {code.replace('_', ' ')} {made}")
    return {"constant": made}


def _shared(roles: Roles, names: tuple[str, ...]) -> dict[str, object]:
    def columns() -> Iterator[tuple[str, str]]:
        for name in names:
            if column := roles.get(name):
                yield name, column

    return dict(columns())
