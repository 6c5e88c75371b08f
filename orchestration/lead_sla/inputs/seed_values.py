"""What one cell of a seed may hold.

What belongs here: kinds of value, each with a sentence on what it expects and a function that reads a text or raises
ValueError with what is wrong and what to write instead (the caller puts file, line, column and the value in front).
What does not: which column holds which kind (`seed_tables.py`), and anything that looks at two cells.
"""

import calendar
import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

RESERVED_SEGMENT = "all"
CODE_SEPARATOR = "|"
LARGEST_INTEGER = 2**31 - 1
YEARS = range(1900, 2200)

ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
OTHER_DATE = re.compile(r"([0-9]{1,4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,4})\.?")
YEAR_AND_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
INTEGER = re.compile(r"-?[0-9]+")
NUMBER = re.compile(r"-?([0-9]+(\.[0-9]+)?|\.[0-9]+)")
THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")
DECORATION = re.compile(r"[\s'_%$€£¥]|[A-Z]{3}")
CURRENCY = re.compile(r"[A-Z]{3}")
INVISIBLE = {"Cc", "Cf", "Zl", "Zp"}


@dataclass(frozen=True)
class Kind:
    """A kind of value: what it expects, in words that follow "It needs", its reader, and its column type in dbt."""

    expects: str
    read: Callable[[str], Any]
    column_type: str = "string"


def check_text(text: str) -> None:
    """Refuse what no cell may hold, because it loads as it is and then matches nothing.

    Raises:
        ValueError: blanks at the ends, line breaks, control characters or invisible characters.
    """
    if text != text.strip():
        raise ValueError("has leading or trailing whitespace. Remove it.")
    for character in text:
        if character in "\r\n":
            raise ValueError("contains a line break. Keep a value on one line, and close every double quote.")
        if unicodedata.category(character) in INVISIBLE:
            raise ValueError(f"contains an invisible character (U+{ord(character):04X}). Type the value again.")


def text(expects: str = "a text") -> Kind:
    """Any text on one line."""
    return Kind(expects, str)


def one_of(*allowed: str) -> Kind:
    """A closed list of codes."""
    listed = ", ".join(allowed)

    def read(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"is not allowed. Write one of {listed}.{did_you_mean(value, allowed)}")
        return value

    return Kind(f"one of {listed}", read)


def number(what: str, *, above_zero: bool = False, digits: int = 15, decimals: int | None = None) -> Kind:
    """A plain decimal number, 0 or more (or more than 0), with at most so many digits before and after the point."""
    least = "more than 0" if above_zero else "0 or more"

    def read(value: str) -> Decimal:
        found = _plain_number(value)
        if found < 0:
            raise ValueError(f"is negative. {what} is {least}.")
        if above_zero and not found:
            raise ValueError(f"is zero. {what} is {least}.")
        if found >= Decimal(10) ** digits:
            raise ValueError(f"is too large. {what} has at most {digits} digits before the point.")
        if decimals is not None and len(value.partition(".")[2].rstrip("0")) > decimals:
            raise ValueError(f"has too many decimals. {what} is kept with {decimals}; round it.")
        return found

    column_type = "double" if decimals is None else f"decimal({digits + decimals},{decimals})"
    return Kind(f"a number, {least}, such as 1200", read, column_type)


def share(what: str) -> Kind:
    """A ratio between 0 and 1; a percentage is refused with the ratio to write instead."""
    lies = f"{what} is between 0 and 1"

    def read(value: str) -> Decimal:
        percentage = value.removesuffix("%").rstrip()
        if percentage != value and NUMBER.fullmatch(percentage):
            raise ValueError(f"has a % sign. {lies}{_written_for(Decimal(percentage))}.")
        found = _plain_number(value)
        if found < 0:
            raise ValueError(f"is negative. {lies}.")
        if found > 1:
            raise ValueError(f"is more than 1. {lies}{_written_for(found)}.")
        return found

    return Kind("a share between 0 and 1, such as 0.10 for 10 %", read, "double")


def whole_number(what: str, low: int = -LARGEST_INTEGER, high: int = LARGEST_INTEGER) -> Kind:
    """A whole number between two bounds."""

    def read(value: str) -> int:
        if not INTEGER.fullmatch(value):
            raise ValueError(f"is not a whole number. {what} is written with digits only, such as 2.")
        if not low <= Decimal(value) <= high:
            raise ValueError(f"is out of range. {what} is a whole number from {low} to {high}.")
        return int(Decimal(value))

    return Kind("a whole number, such as 2", read, "integer")


def _read_date(value: str) -> date:
    match = ISO_DATE.fullmatch(value)
    if not match:
        raise ValueError(f"is not written as year-month-day. {_date_remedy(value)}")
    year, month, day = map(int, match.groups())
    if year not in YEARS:
        raise ValueError(f"is a year out of range. Years go from {YEARS[0]} to {YEARS[-1]}.")
    found = _calendar_day(year, month, day)
    if not found:
        raise ValueError("is not a valid date. Write a day that exists.")
    return found


def _read_month(value: str) -> date:
    if YEAR_AND_MONTH.fullmatch(value):
        raise ValueError(f"is not a date. Write the first of the month: {value}-01.")
    found = _read_date(value)
    if found.day != 1:
        raise ValueError(f"is not the first of a month. Write {found.replace(day=1)}.")
    return found


def _read_boolean(value: str) -> bool:
    if value.lower() not in ("true", "false"):
        raise ValueError("is neither true nor false. Write true or false.")
    return value.lower() == "true"


def _read_currency(value: str) -> str:
    if not CURRENCY.fullmatch(value):
        capitals = value.upper()
        remedy = capitals if CURRENCY.fullmatch(capitals) else "three capital letters, such as EUR"
        raise ValueError(f"is not an ISO 4217 currency code. Write {remedy}.")
    return value


def _read_segment(value: str) -> str:
    if value != RESERVED_SEGMENT and value.lower() == RESERVED_SEGMENT:
        raise ValueError("is spelled differently from all, the code for every segment. Write all.")
    return value


def _read_codes(value: str) -> tuple[str, ...]:
    codes = tuple(value.split(CODE_SEPARATOR))
    if any(code != code.strip() or not code for code in codes):
        raise ValueError(f"has a blank or nothing beside a {CODE_SEPARATOR}. Write codes as in old_name|older_name.")
    return codes


DAY = Kind("a date, such as 2026-02-01", _read_date, "date")
MONTH = Kind("the first of a month, such as 2026-02-01", _read_month, "date")
BOOLEAN = Kind("true or false", _read_boolean, "boolean")
CURRENCY_CODE = Kind("an ISO 4217 currency code, such as EUR", _read_currency)
SEGMENT = Kind("a segment, or all", _read_segment)
CODES = Kind(f"codes, separated by {CODE_SEPARATOR}", _read_codes)


def nearest(value: str, known: Iterable[str]) -> str | None:
    """The known value that is spelled most like this one, if any is."""
    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(value.lower(), by_lower, n=1)
    return by_lower[near[0]] if near else None


def did_you_mean(value: str, known: Iterable[str]) -> str:
    """A sentence that names the nearest known value, with a blank before it; empty when none is near."""
    near = nearest(value, known)
    return f" Did you mean {near}?" if near else ""


def _plain_number(value: str) -> Decimal:
    if NUMBER.fullmatch(value):
        return Decimal(value)
    bare = DECORATION.sub("", value)
    bare = bare.replace(",", "") if THOUSANDS.fullmatch(bare) else bare.replace(",", ".")
    if NUMBER.fullmatch(bare):
        raise ValueError(
            f"is not a plain number. Write {bare}: no thousands separator, no currency, no % sign, "
            "and a point before decimals."
        )
    raise ValueError("is not a number. Write digits, with a point before decimals, such as 1200 or 0.05.")


def _written_for(percentage: Decimal) -> str:
    if not 0 <= percentage <= 100:  # noqa: PLR2004 - per cent
        return ""
    return f": write {percentage.scaleb(-2):f} for {percentage:f} %"


def _date_remedy(value: str) -> str:
    match = OTHER_DATE.fullmatch(value)
    first, middle, last = map(int, match.groups()) if match else (0, 0, 0)
    readings = ((first, middle, last), (last, middle, first), (last, first, middle))
    found = dict.fromkeys(_calendar_day(*reading) for reading in readings if reading[0] in YEARS)
    days = [f"{day} for {_spelled(day)}" for day in found if day]
    return f"Write {' or '.join(days)}." if days else "Write a date such as 2026-02-01."


def _calendar_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _spelled(day: date) -> str:
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"
