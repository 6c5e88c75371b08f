"""SQL that converts text into typed values, strictly, with a reason for each value that cannot be converted.

Every format is converted to text first, so that the same rules apply to CSV, JSON Lines and Parquet. DuckDB's casts
are more lenient than these rules (`1_000`, `2020-1-1`), so a pattern precedes each of them.
"""

from dataclasses import dataclass

from lead_sla.inputs.feed_columns import AMOUNT_PATTERN, DATE_PATTERN, KINDS, STAMP_PATTERN, Column
from lead_sla.landing.schema import stored_columns
from lead_sla.sql import literal

MAX_SHIFT = 999
BOUNDS = "'0001-01-01' and '9999-12-31 23:59:59.999999'"  # what every client can show

# DuckDB's one-argument trim removes Unicode's space separators and is twenty times as fast as a list of characters.
SPACES = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
CONTROLS = "\t\n\v\f\r"
SHOWN_CHARACTERS = 100


@dataclass(frozen=True)
class MappedSource:
    """Where the text of every canonical column comes from, as SQL."""

    relation: str
    texts: dict[str, str]  # canonical column -> trimmed text
    attributes: str  # JSON, or null
    fault: str = "null"  # the reason why the row could not even be split into columns, or null
    keys: tuple[str, ...] = ()  # columns of the relation that are kept as they are


def trimmed(text: str) -> str:
    """SQL for `text` without white space at its ends; null if it is empty then.

    White space means Unicode space separators (such as the non-breaking space), tabs and line breaks. Most text is
    ASCII without any at its ends, and finding that out takes a third of the time of trimming.
    """
    short = f"trim({text})"
    ends_visibly = " and ".join(f"not suffix({text}, {literal(space)})" for space in f" {CONTROLS}")
    return (
        f"case when {text} between '!' and '~' and strlen({text}) = length({text}) and {ends_visibly} then {text} "
        f"when {short} >= '!' and {short}[-1] >= '!' then {short} "
        f"else nullif(trim({text}, {literal(SPACES + CONTROLS)}), '') end"
    )


def typed_select(kind: str, timezone: str, source: MappedSource) -> str:
    """A query for the source's rows with typed columns, `attributes`, `problem_column` and `problem_reason`.

    Both problem columns are null for a row that can land. `timezone` applies to timestamps without an offset.
    """
    keys = "".join(f"{key}, " for key in source.keys)
    mapped = ", ".join(f"{source.texts[column.name]} as {column.name}_text" for column in KINDS[kind])
    texts = ", ".join(f"{column.name}_text" for column in KINDS[kind])
    values = ", ".join(f"{_value(column, timezone)} as {column.name}" for column in KINDS[kind])
    return f"""
        with mapped as (
            select {keys}{source.fault} as fault, {source.attributes} as attributes, {mapped}
            from {source.relation}
        ),
        typed as (
            select {keys}fault, attributes, {texts}, {values}, {_day("occurred_at_text")} as occurred_date
            from mapped
        ),
        bounded as (
            select * replace (case when occurred_at between {BOUNDS} then occurred_at end as occurred_at)
            from typed
        )
        select
            {keys}{", ".join(stored_columns(kind))}, attributes,
            {_first_problem(kind, "column")} as problem_column,
            {_first_problem(kind, "reason")} as problem_reason
        from bounded
    """


def _value(column: Column, timezone: str) -> str:
    text = f"{column.name}_text"
    if column.type == "stamp":
        return _instant(text, timezone)
    return _amount(text) if column.type == "amount" else text


def _amount(text: str) -> str:
    # The cast works on decimal digits, not on binary floating point, and rounds half away from zero.
    plain = f"try_cast({text} as decimal(18, 2))"
    return f"""
        case
            when not regexp_full_match({text}, '{AMOUNT_PATTERN}') then null
            when contains(lower({text}), 'e') then {_scientific(text)}
            else {plain}
        end"""


def _scientific(text: str) -> str:
    """A number with an exponent, written out before it is cast: DuckDB rounds some that are close to zero up.

    The point is inserted into the digits, padded with as many zeros on either side as the exponent can require.
    """
    whole = f"regexp_extract({text}, '^[+-]?([0-9]*)', 1)"
    digits = f"{whole} || regexp_extract({text}, '[.]([0-9]*)', 1)"
    point = f"length({whole}) + cast(regexp_extract({text}, '[eE](.*)$', 1) as integer) + {MAX_SHIFT}"
    padded = f"(repeat('0', {MAX_SHIFT}) || {digits} || repeat('0', {MAX_SHIFT}))"
    sign = f"case when starts_with({text}, '-') then '-' else '' end"
    return f"try_cast({sign} || {padded}[:{point}] || '.' || {padded}[{point} + 1:] as decimal(18, 2))"


def _day(text: str) -> str:
    return (
        f"case when length({text}) = 10 and regexp_full_match({text}, '{DATE_PATTERN}') "
        f"and {text} >= '0001' then try_cast({text} as date) end"
    )


def _instant(text: str, timezone: str) -> str:
    # DuckDB requires seconds before an offset; its cast to a timestamp ignores an offset, which is correct only for Z.
    padded = f"case when {text}[17] = ':' then {text} else {text}[:16] || ':00' || {text}[17:] end"
    canonical = f"try_cast({text} as timestamp)"
    return f"""
        case
            -- Text that DuckDB would write itself needs no pattern, which takes twice as long.
            when cast({canonical} as varchar) = {text} then {_to_utc(canonical, timezone)}
            when length({text}) <= 10 or not regexp_full_match({text}, '{STAMP_PATTERN}') then null
            when suffix({text}, 'Z') and length({text}) > {len("2024-01-01T00:00Z")} then try_cast({text} as timestamp)
            when suffix({text}, 'Z') then try_cast({padded} as timestamp)
            when regexp_matches({text}[17:], '[+-]') then make_timestamp(epoch_us(try_cast({padded} as timestamptz)))
            else {_to_utc(f"try_cast({padded} as timestamp)", timezone)}
        end"""


def _to_utc(local: str, timezone: str) -> str:
    return local if timezone == "UTC" else f"timezone('UTC', timezone({literal(timezone)}, {local}))"


def _first_problem(kind: str, which: str) -> str:
    """A case expression for the first problem of a row: the column's name, or the reason."""
    cases = ["when fault is not null then " + ("fault" if which == "reason" else "null")]
    for column in KINDS[kind]:
        for condition, reason in _problems(column):
            cases.append(f"when {condition} then " + (reason if which == "reason" else literal(column.name)))
    return "case " + " ".join(cases) + " end"


def _problems(column: Column) -> list[tuple[str, str]]:
    text = f"{column.name}_text"
    shown = f"'''' || left({text}, {SHOWN_CHARACTERS}) || ''''"
    problems = []
    if column.required:
        problems.append((f"{text} is null", literal("is required, but missing")))
    if column.type == "stamp":
        unread = f"{text} is not null and occurred_at is null and occurred_date is null"
        problems.append((unread, f"{shown} || {literal(' is not an ISO 8601 date, or date and time')}"))
    if column.type == "amount":
        unread = f"{text} is not null and {column.name} is null"
        reason = " is not a valid decimal(18,2) number; write 1234.50, without thousands separators or symbols"
        problems.append((unread, f"{shown} || {literal(reason)}"))
    return problems
