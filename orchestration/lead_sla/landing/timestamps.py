"""SQL that reads timestamps and days: ISO 8601, and the formats that a feed declares."""

from dataclasses import dataclass
from typing import Literal

from lead_sla.inputs.date_formats import BLANKS, DateFormat
from lead_sla.inputs.feed_columns import DATE_PATTERN, STAMP_PATTERN
from lead_sla.inputs.feed_options import ValueOptions
from lead_sla.sql import literal

# Ranges that do not overlap, so that a number in another unit is rejected instead of becoming a day of 1970.
UNIX = r"\d{9,10}(\.\d*)?"  # from 1973-03-03 to 2286-11-20
UNIX_MS = r"\d{12,13}(\.\d*)?"
EXCEL = r"\d{2,7}(\.\d*)?"
EXCEL_EPOCH = "timestamp '1899-12-30'"
EXCEL_DAYS = (61, 2958466)  # from 1900-03-01, before which Excel has a day too many, until 10000-01-01
DAY_MS = 86_400_000
# The reasons why text is no timestamp, behind the text.
NOT_ISO, NOT_DECLARED, NOT_VERSION = (
    "is not an ISO 8601 ",
    "is neither ISO 8601 nor ",
    "is neither a number nor a timestamp",
)
UNREAD_TIMES = (NOT_ISO, NOT_DECLARED, NOT_VERSION)


@dataclass(frozen=True)
class _Parsed:
    """SQL for a timestamp, null where text is in another format, and what it means.

    `excel` is local time, or if it is midnight, a day.
    """

    value: str
    meaning: Literal["instant", "local", "day", "excel"]


def instant(text: str, timezone: str, options: ValueOptions) -> str:
    """The UTC timestamp of text that has a time of day; null for any other. `timezone` applies without an offset."""
    iso = _iso_instant(text, timezone)
    if not options.dates:
        return iso
    cases = []
    for parsed in _parse(text, options):
        local = _to_utc(parsed.value, timezone)
        moment = {
            "instant": parsed.value,
            "local": local,
            "day": "null",
            "excel": f"case when not {_is_midnight(parsed.value)} then {local} end",
        }[parsed.meaning]
        cases.append(f"when {parsed.value} is not null then {moment}")
    return f"coalesce({iso}, case {' '.join(cases)} end)"


def day(text: str, options: ValueOptions) -> str:
    """The day of text that has no time of day; null for any other."""
    iso = _iso_day(text)
    if not options.dates:
        return iso
    cases = []
    for parsed in _parse(text, options):
        date = f"cast({parsed.value} as date)"
        value = {
            "day": date,
            "excel": f"case when {_is_midnight(parsed.value)} then {date} end",
        }.get(parsed.meaning, "null")
        cases.append(f"when {parsed.value} is not null then {value}")
    return f"coalesce({iso}, case {' '.join(cases)} end)"


def day_whatever_the_time(text: str, timezone: str, options: ValueOptions) -> str:
    """The day of text in a column that holds days, also if there is a time of day.

    Midnight UTC is that day: so HubSpot and loaders write days. Any other instant is its day in `timezone`.
    """
    iso = _iso_instant(text, "UTC")
    has_offset = f"regexp_matches({text}[17:], '[Z+-]')"
    cases = [
        f"when {_iso_day(text)} is not null then {_iso_day(text)}",
        f"when {iso} is not null and {has_offset} then {_day_of_instant(iso, timezone)}",
        f"when {iso} is not null then cast({iso} as date)",
    ]
    for parsed in _parse(text, options):
        is_instant = parsed.meaning == "instant"
        date = _day_of_instant(parsed.value, timezone) if is_instant else f"cast({parsed.value} as date)"
        cases.append(f"when {parsed.value} is not null then {date}")
    return f"case {' '.join(cases)} end"


def timestamp_problem(shown: str, options: ValueOptions) -> str:
    """SQL for the reason why text cannot be read as a timestamp or a day."""
    formats = [one.text if isinstance(one, DateFormat) else one for one in options.dates]
    if not formats:
        return f"{shown} || {literal(f' {NOT_ISO}date, or date and time')}"
    listed = ", ".join(formats)
    return f"{shown} || {literal(f' {NOT_DECLARED}{listed}; correct it, or `dates` in feeds.yml')}"


def _parse(text: str, options: ValueOptions) -> list[_Parsed]:
    return [
        _with_format(text, one) if isinstance(one, DateFormat) else _from_number(text, one) for one in options.dates
    ]


def _with_format(text: str, form: DateFormat) -> _Parsed:
    spaced = f"regexp_replace({text}, {literal(BLANKS)}, ' ', 'g')" if " " in form.text else text
    value = f"try_strptime({spaced}, {literal(form.text)})"
    if form.has_offset:
        value = f"make_timestamp(epoch_us({value}))"
    value = f"(case when regexp_full_match({text}, {literal(form.pattern)}) then {value} end)"
    if not form.has_time:
        return _Parsed(value, "day")
    return _Parsed(value, "instant" if form.has_offset else "local")


def _from_number(text: str, unit: str) -> _Parsed:
    if unit == "excel":
        first, end = EXCEL_DAYS
        days = f"try_cast({text} as double)"
        # A fraction of a day is exact to well below a millisecond.
        value = f"{EXCEL_EPOCH} + to_milliseconds(cast(round({days} * {DAY_MS}) as bigint))"
        is_day = f"regexp_full_match({text}, '{EXCEL}') and {days} >= {first} and {days} < {end}"
        return _Parsed(f"(case when {is_day} then {value} end)", "excel")
    pattern, decimals = (UNIX, 6) if unit == "unix" else (UNIX_MS, 3)
    microseconds = f"cast(cast({text} as decimal(20, {decimals})) * {10**decimals} as bigint)"
    return _Parsed(
        f"(case when regexp_full_match({text}, '{pattern}') then make_timestamp({microseconds}) end)", "instant"
    )


def _is_midnight(value: str) -> str:
    return f"{value} = date_trunc('day', {value})"


def _day_of_instant(value: str, timezone: str) -> str:
    local = f"timezone({literal(timezone)}, timezone('UTC', {value}))"
    return f"case when {_is_midnight(value)} then cast({value} as date) else cast({local} as date) end"


def _iso_day(text: str) -> str:
    return (
        f"case when length({text}) = 10 and regexp_full_match({text}, '{DATE_PATTERN}') "
        f"and {text} >= '0001' then try_cast({text} as date) end"
    )


def _iso_instant(text: str, timezone: str) -> str:
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
