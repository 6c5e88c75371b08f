"""Proposes `columns` and `events` of a feed, and says which columns of the file they leave out."""

from collections.abc import Iterator, Mapping, Sequence

from lead_sla.preview.entries import Entry
from lead_sla.preview.identities import is_by_email
from lead_sla.preview.record_entries import KEPT, SEEN, Told, list_events
from lead_sla.preview.roles import Roles, find_codes, is_named_as_moment
from lead_sla.preview.samples import Sample

# The word of the rows that are gone, by that of the others.
TRUE_WORDS = {"false": "true", "False": "True", "FALSE": "TRUE", "0": "1", "no": "yes", "No": "Yes"}
SHARED = ("deal_id", "lead_id", "segment", "channel", "landing_page", "amount", "currency")
MOST_CANDIDATES = 5
SOURCE_KEYS = ("record_id", "version")


def find_moment(roles: Roles, sample: Sample) -> str | None:
    """The column with the date of an event, at last one that is named so and whose values cannot be read."""
    named = (roles.get(role) for role in ("occurred", "created", "closed", "modified"))
    columns = [name for name, column in sample.columns.items() if column.values and name not in roles.used]
    unread = (name for name in columns if is_named_as_moment(name))
    return next((name for name in (*named, *roles.dates, *unread) if name), None)


def add_event_columns(entry: Entry, roles: Roles, sample: Sample, moment: str) -> tuple[str, ...]:
    """The columns of an event feed; returns those with dates."""
    others = [name for name in roles.dates if name != moment]
    if others:
        entry.doubt("columns", f"occurred_at is when it happened; other dates are in {', '.join(others)}")
    _question_unread(entry, roles, sample, moment)
    if (column := roles.get(roles.code)) and len(sample.columns[column].values) < sample.sampled:
        entry.doubt("columns", f"rows without {column} are rejected; {{column: ..., default: ...}} gives them one")
    columns: dict[str, object] = {"event_id": roles.get("event_id")}
    columns |= _shared(roles, ("deal_id", "lead_id"))
    columns |= {roles.code: _code(entry, roles, sample), "occurred_at": moment}
    entry.keys["columns"] = columns | _shared(roles, SHARED)
    return (moment,)


def add_record_columns(entry: Entry, roles: Roles, sample: Sample) -> tuple[str, tuple[str, ...]]:
    """The keys of a record feed; returns what a row is, and the columns with dates."""
    entry.keys["kind"] = str(entry.keys["kind"]).replace("_events", "_records")
    record_id = roles.get("event_id") or roles.found[roles.own]
    entry.keys["record_id"] = record_id
    is_log = _is_log(roles, sample, record_id)
    if (version := roles.get("modified")) and not is_log:
        entry.keys["version"] = version
    if column := roles.get("withdrawn"):
        words = dict.fromkeys(TRUE_WORDS.get(text, text) for text in sample.columns[column].distinct)
        entry.keys["withdrawn"] = {"column": column, "values": list(words)}
    elif not is_log and "event_id" not in roles.found:
        entry.hint("columns", "`complete: true` here, if every file lists all records: one that is missing is gone")
    entry.keys["columns"] = _shared(roles, SHARED)
    events = _list_log(entry, roles, sample) if is_log else list_events(entry, roles, sample)
    entry.keys["events"] = events
    moments = tuple(dict.fromkeys(at for one in events if isinstance(at := one["occurred_at"], str)))
    if not is_log:
        _hint_at_sources(entry, roles, sample, events)
    unused = [name for name in roles.dates if name not in moments and name != roles.get("modified")]
    if unused:
        entry.hint("events", f"dates that give no event: {', '.join(unused)}")
    if lists := [name for name, column in sample.columns.items() if column.elements and name not in roles.lists]:
        entry.hint("events", f"lists that give no event, without a date and a code in their fields: {', '.join(lists)}")
    return _shape(roles, sample, record_id, is_log=is_log), moments


def list_unmapped(entry: Entry, sample: Sample) -> list[str]:
    """The columns of the file that no key of the feed reads."""
    mapped = set(_sources(entry))
    return [
        name
        for name in sample.columns
        if name not in mapped and not any(name.startswith(f"{listed}.") for listed in mapped)
    ]


def _sources(entry: Entry) -> Iterator[str]:
    columns = entry.keys["columns"]
    values = list(columns.values()) if isinstance(columns, Mapping) else []
    values += [entry.keys.get(key) for key in SOURCE_KEYS]
    conditions = [entry.keys.get("withdrawn")]
    events = entry.keys.get("events", [])
    for event in events if isinstance(events, Sequence) else []:
        values += [value for key, value in event.items() if key != "keep"]
        conditions.append(event.get("when"))
    yield from (value for value in values if isinstance(value, str))
    yield from (str(condition["column"]) for condition in conditions if isinstance(condition, Mapping))


def _is_log(roles: Roles, sample: Sample, record_id: str) -> bool:
    """Whether rows add up: the ids repeat, or would if the same person sent the form again."""
    if sample.columns[record_id].repeats:
        return True
    other = {"created", "closed", "modified"} & roles.found.keys()
    return "occurred" in roles.found and is_by_email(roles, sample) and not (roles.entered or roles.lists or other)


def _list_log(entry: Entry, roles: Roles, sample: Sample) -> list[Told]:
    found = (roles.get(role) for role in ("occurred", "modified", "created", "closed"))
    moment = next((name for name in (*found, *roles.dates) if name), None) or find_moment(roles, sample)
    code: Told = {roles.code: _code(entry, roles, sample)}
    if moment is None:
        entry.doubt("events", "no column has the date of the rows, so each counts from the day it is first seen")
        return [code | SEEN]
    _question_unread(entry, roles, sample, moment)
    return [{**code, "occurred_at": moment, **KEPT}]


def _question_unread(entry: Entry, roles: Roles, sample: Sample, moment: str) -> None:
    if moment not in roles.dates:
        example = sample.columns[moment].values[0]
        entry.doubt("columns", f"{moment} is named as a date, and no known format reads {example}: see `dates`")


def _shape(roles: Roles, sample: Sample, record_id: str, *, is_log: bool) -> str:
    what = "deal" if roles.is_of_deals else "lead"
    if roles.has_stand_in:
        return f"No column was found that identifies the {what} of a row."
    if "event_id" in roles.found:
        return f"Each row is an event: the ids in {record_id} are unique. No column has the date of the events."
    if sample.columns[record_id].repeats:
        return f"Each row is one of several about a {what}: the ids in {record_id} repeat, and no column has row ids."
    if is_log:
        return f"Each row is something that a {what} did, whom {record_id} identifies; no column has ids of rows."
    return f"Each row is a {what} as it stands: the ids in {record_id} are unique."


def _hint_at_sources(entry: Entry, roles: Roles, sample: Sample, events: Sequence[Told]) -> None:
    source = roles.get("channel")
    is_constant = len(events) == 1 and isinstance(events[0][roles.code], dict)
    if source and is_constant and len(sample.columns[source].values) == sample.sampled:
        entry.hint("events", f"all leads are of one type; with {source} as the event_type, each has a rate of its own")


def _code(entry: Entry, roles: Roles, sample: Sample) -> object:
    if column := roles.get(roles.code):
        return column
    made = "opened" if roles.is_of_deals else "created"
    free = [name for name in find_codes(roles, sample) if name not in roles.used]
    others = [name for name in free if sample.columns[name].repeats][:MOST_CANDIDATES]
    candidates = f"; columns that could: {', '.join(others)}" if others else ""
    said = f"no column says what happened, so all rows have the {roles.code.replace('_', ' ')} {made}"
    entry.doubt("columns", f"{said}{candidates}")
    return {"constant": made}


def _shared(roles: Roles, names: tuple[str, ...]) -> dict[str, object]:
    columns: dict[str, object] = {name: column for name in names if (column := roles.get(name))}
    if "currency" in names and roles.currency:
        columns["currency"] = {"constant": roles.currency}
    return columns
