"""SQL that makes the rows of a record feed into the events that each gives, of which the first is its statement, too.

An event has the number of its entry in `feeds.yml`, from 1. A statement without an event is entry 0.
"""

from dataclasses import replace

from lead_sla.inputs.feed_columns import KINDS, event_kind
from lead_sla.inputs.feeds import Feed
from lead_sla.inputs.record_feeds import CODES, MADE, Entry, RecordForm
from lead_sla.landing.text_options import conditions_hold, convert, without_nulls
from lead_sla.landing.timestamps import NOT_VERSION, day, day_whatever_the_time, instant
from lead_sla.landing.typed import MappedSource, trimmed, typed_select
from lead_sla.sql import literal

# What a row says besides its events; typing keeps these columns as they are.
POSITION = ("statement_row", "record_line_count", "record_delimiters_within")
STATEMENT = (*POSITION, "line_fault", "record_id", "record_problem_column")
COUNTED = ("is_statement", "event_count", "may_repeat_events")
KEYS = (*STATEMENT, "record_problem", "version", "is_withdrawn", "is_filtered", *COUNTED, "entry")
AMOUNTS = {column.name for columns in KINDS.values() for column in columns if column.type == "amount"}
VERSION_NUMBER = r"[0-9]{1,32}([.][0-9]{1,6})?"


def typed_records(feed: Feed, source: MappedSource, form: RecordForm) -> str:
    """A query for events and statements, typed.

    Besides the columns of `typed_select` it has those of the statement, `is_observed` and `keeps_every_version` of
    the event. An event's id is made of feed, record, code and moment, so it is the same whenever the row says the same;
    that of an observed one gets its day when it is read. The relation of `source` has POSITION.
    """
    kind = event_kind(feed.kind)
    code = CODES[kind]
    shared = [column.name for column in KINDS[kind] if column.name not in (code, *MADE)]
    texts = {name: _of_entry(form, name, f"entry.{name}", f"{name}_shared") for name in shared}
    texts |= {"event_id": "record_id", code: "entry.code", "occurred_at": "entry.moment"}
    events = replace(
        source,
        relation=_spread(feed, source, form, shared),
        texts=texts,
        attributes="case when is_statement then attributes end",
        fault="line_fault",
        keys=KEYS,
        conversions=_conversions(feed, source, form),
        numbers=_numbers(source, form),
        days=frozenset(),
        condition=None,
    )
    moment = "coalesce(cast(occurred_at as varchar), cast(occurred_date as varchar))"
    parts = f"{literal(feed.name)}, record_id, {code}, case when not entry.is_observed then {moment} end"
    unread_moment = "entry.is_observed and problem_column = 'occurred_at'"
    return f"""
        select
            * exclude (event_id, problem_column, problem_reason, entry),
            case when entry.number > 0 then concat_ws(':', {parts}) end as event_id,
            cast(entry.number as integer) as entry,
            entry.is_observed,
            entry.keeps_every_version,
            case
                when entry.number = 0 then record_problem_column
                when entry.problem is not null then entry.moment_column
                when {unread_moment} then null
                when problem_column = 'occurred_at' then entry.moment_column
                else problem_column
            end as problem_column,
            case
                when entry.number = 0 then coalesce(line_fault, record_problem)
                when {unread_moment} then null
                else coalesce(entry.problem, problem_reason)
            end as problem_reason
        from ({typed_select(kind, feed.timezone, events, feed.options)})
    """


def _of_entry(form: RecordForm, column: str, own: str, shared: str) -> str:
    """SQL for what is the element's own in the entries that read a column from it, and the row's in all others."""
    numbers = [str(number) for number, entry in enumerate(form.entries, start=1) if column in entry.fields]
    return f"case when entry.number in ({', '.join(numbers)}) then {own} else {shared} end" if numbers else shared


def _conversions(feed: Feed, source: MappedSource, form: RecordForm) -> dict[str, str]:
    """Those of the source; the default of a row's column is none of an element's."""
    plain = {name: convert(f"{name}_text", name, feed.options) or f"{name}_text" for name in source.conversions}
    return {name: _of_entry(form, name, plain[name], shared) for name, shared in source.conversions.items()}


def _numbers(source: MappedSource, form: RecordForm) -> dict[str, str]:
    """For each amount, whether its text is a plain number; null is text, as in a row of CSV."""
    numbers = {name: f"{name}_is_shared_number" for name in source.numbers}
    for name in form.element_columns:
        if name in AMOUNTS:
            numbers[name] = _of_entry(form, name, f"entry.{name}_is_number", numbers.get(name, "false"))
    return numbers


def _spread(feed: Feed, source: MappedSource, form: RecordForm, shared: list[str]) -> str:
    """A subquery with a row per event that an entry yields, and one per statement without any."""
    columns = [f"{source.texts[name]} as {name}_shared" for name in shared]
    columns += [f"{is_number} as {name}_is_shared_number" for name, is_number in source.numbers.items()]
    columns += [f"{text} as read_{i}" for i, text in enumerate(source.record_texts.values())]
    read = {name: f"read_{i}" for i, name in enumerate(source.record_texts)}
    record_id, version = read[form.record_id], read[form.version] if form.version else None
    counts = f"not ({source.condition})" if source.condition else "false"
    withdrawn = conditions_hold(form.withdrawn, read) if form.withdrawn else "false"
    bad_version = f"{version} is not null and version is null" if version else "false"
    unread = f"'''' || {version} || ''' {NOT_VERSION}'" if version else "null"
    return f"""(
        select
            * exclude (said),
            coalesce(len(said), 0) as event_count,
            {_may_repeat(feed, form)} as may_repeat_events,
            {_is_first(form)} as is_statement,
            unnest(case when coalesce(len(said), 0) > 0 then said else [{_struct(form, 0)}] end) as entry
        from (
            select
                *,
                case
                    when line_fault is null and record_problem is null and not is_filtered
                        then {_entries(feed, form, read)}
                end as said
            from (
                select
                    *,
                    {record_id} as record_id,
                    is_filtered or {withdrawn} as is_withdrawn,
                    case
                        when line_fault is not null or is_filtered then null
                        when {record_id} is null then {literal(form.record_id)}
                        when {bad_version} then {literal(form.version or "")}
                    end as record_problem_column,
                    case
                        when line_fault is not null or is_filtered then null
                        when {record_id} is null then 'is required, but missing'
                        when {bad_version} then {unread}
                    end as record_problem
                from (
                    select *, {_version(version, feed)} as version
                    from (
                        select
                            {", ".join(POSITION)},
                            cast({source.fault} as varchar) as line_fault,
                            {source.attributes} as attributes,
                            {source.fault} is null and {counts} as is_filtered,
                            {", ".join(columns)}
                        from {source.relation}
                    )
                )
            )
        )
    )"""


def _gives_one_at_most(form: RecordForm) -> bool:
    return len(form.entries) == 1 and not form.entries[0].each


def _is_first(form: RecordForm) -> str:
    """Whether an event is the first of its row, beside the unnested events."""
    return "true" if _gives_one_at_most(form) else "unnest(range(greatest(coalesce(len(said), 0), 1))) = 0"


def _may_repeat(feed: Feed, form: RecordForm) -> str:
    """Whether two events of a row may be the same; exactly that shows only once they are typed."""
    if _gives_one_at_most(form):
        return "false"
    code = CODES[event_kind(feed.kind)]
    if any(code in option for option in (feed.options.first_of, feed.options.values, feed.options.normalize)):
        return "coalesce(len(said), 0) > 1"
    return "coalesce(len(said) > len(list_distinct(list_transform(said, lambda one: coalesce(one.code, '')))), false)"


def _version(text: str | None, feed: Feed) -> str:
    """A number as it is, a timestamp in microseconds since 1970; null without a column."""
    if text is None:
        return "cast(null as decimal(38, 6))"
    moment = f"coalesce({instant(text, feed.timezone, feed.options)}, cast({day(text, feed.options)} as timestamp))"
    return f"""
        case
            when regexp_full_match({text}, {literal(VERSION_NUMBER)}) then cast({text} as decimal(38, 6))
            else cast(epoch_us({moment}) as decimal(38, 6))
        end"""


def _entries(feed: Feed, form: RecordForm, read: dict[str, str]) -> str:
    """The list of what the entries yield; without those that do not hold, or have no moment."""
    lists = []
    for number, entry in enumerate(form.entries, start=1):
        make = _elements if entry.each else _single
        yields, made = make(feed, form, number, entry, read)
        conditions = [yields, *([conditions_hold(entry.when, read)] if entry.when else [])]
        lists.append(f"case when {' and '.join(conditions)} then {made} end")
    return lists[0] if len(lists) == 1 else f"list_concat({', '.join(lists)})"


def _single(feed: Feed, form: RecordForm, number: int, entry: Entry, read: dict[str, str]) -> tuple[str, str]:
    """Whether a row has the one event of an entry, and a list with it."""
    code = literal(entry.code) if entry.is_constant else read[entry.code]
    if entry.moment is None:
        made = _struct(form, number, code=code, is_observed="true", keeps_every_version="true")
        return f"{code} is not null", f"[{made}]"
    moment = read[entry.moment]
    if entry.moment in feed.options.days:
        date = day_whatever_the_time(moment, feed.timezone, feed.options)
        moment = f"coalesce(cast({date} as varchar), {moment})"
    made = _struct(form, number, code=code, moment=moment, **_traits(entry, entry.moment))
    return f"{moment} is not null", f"[{made}]"


def _elements(feed: Feed, form: RecordForm, number: int, entry: Entry, read: dict[str, str]) -> tuple[str, str]:
    """Whether a row has a JSON list, and an event for each of its elements; one with a problem if it is no list."""
    text = read[str(entry.each)]
    code = literal(entry.code) if entry.is_constant else _field(entry.code)
    traits = _traits(entry, str(entry.each))
    own = {name: without_nulls(_field(name_there), feed.options) for name, name_there in entry.fields.items()}
    own |= {f"{name}_is_number": _is_number(entry.fields[name]) for name in own if name in AMOUNTS}
    made = _struct(form, number, code=code, moment=_field(str(entry.moment)), **own, **traits)
    broken = _struct(form, number, problem="'is not a JSON list of objects'", **traits)
    elements = f"list_transform(cast(try_cast({text} as json) as json[]), lambda element: {made})"
    return (
        f"{text} is not null",
        f"""case
        when coalesce(json_type(try_cast({text} as json)), '') = 'ARRAY'
        then list_filter({elements}, lambda one: one.moment is not null)
        else [{broken}]
    end""",
    )


def _field(name: str) -> str:
    return trimmed(f"json_extract_string(element, {_pointer(name)})")


def _is_number(name: str) -> str:
    return f"coalesce(json_type(element, {_pointer(name)}) in ('BIGINT', 'UBIGINT', 'DOUBLE'), false)"


def _pointer(name: str) -> str:
    return literal("/" + name.replace("~", "~0").replace("/", "~1"))


def _traits(entry: Entry, column: str) -> dict[str, str]:
    """What is the same for all events of an entry; `column` of the file is named if one cannot be typed."""
    return {
        "moment_column": literal(column),
        "keeps_every_version": "true" if entry.keeps_every_version else "false",
    }


def _struct(form: RecordForm, number: int, **values: str) -> str:
    """What an entry yields, as SQL; the fields that are not given are null, or false."""
    nothing = "cast(null as varchar)"
    own = form.element_columns
    texts = {name: values.get(name, nothing) for name in ("code", "moment", "moment_column", "problem", *own)}
    judged = (f"{name}_is_number" for name in own if name in AMOUNTS)
    flags = {name: values.get(name, "false") for name in ("is_observed", "keeps_every_version", *judged)}
    fields = ", ".join(f"{name} := {value}" for name, value in (texts | flags).items())
    return f"struct_pack(number := {number}, {fields})"
