"""Proposes the formats of `dates` in feeds.yml that read timestamps which were rejected."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from itertools import product

from lead_sla.inputs.date_formats import BLANKS, DateFormat, parse_format
from lead_sla.landing.timestamps import UNIX, UNIX_MS

NUMERIC_DATES = ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y", "%d{0}%m{0}%y", "%m{0}%d{0}%y")
NAMED_DATES = ("%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y")
YEAR_FIRST = ("%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y-%m-%d")
TIMES = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p")
BETWEEN = (" ", ", ", "T")
OFFSETS = ("", " %z", "%z")
NUMBERS = {"unix": UNIX, "unix_ms": UNIX_MS, "excel": r"\d{5}(\.\d*)?"}  # days from 1927 to 2173
MOST_FORMATS = 3
# People who write the year first write two digits of month and day, so a single value with fewer is cut off.
UNPADDED = re.compile(r"\d{4}([./-])(\d\1|\d\d\1\d(?!\d))", re.ASCII)
CUT_OFF_DIGITS = re.compile(r"\d{6,7}(?!\d)", re.ASCII)


def propose_dates(values: Sequence[str]) -> str | None:
    """A sentence with the option that reads most of the values; None if no known format does.

    Where day and month cannot be told apart, because no day is above 12, it has both options.
    """
    formats = _find_formats(_without_cut_off(values))
    read = [value for value in values if any(_reads(one, value) for one in formats)]
    if 2 * len(read) <= len(values):
        return None
    subject = "Most of its values fit" if len(read) < len(values) else "Its values fit"
    swapped = [_swap(one) for one in formats]
    if swapped != formats and all(any(_reads(one, value) for one in swapped) for value in read):
        return (
            f"{subject} {_option(formats)} as well as {_option(swapped)} in feeds.yml: no day is above 12, so look up "
            "which it is."
        )
    return f"{subject} {_option(formats)} in feeds.yml."


def _without_cut_off(values: Sequence[str]) -> list[str]:
    unpadded = [value for value in values if UNPADDED.match(value)]
    return [
        value for value in values if not CUT_OFF_DIGITS.match(value) and (len(unpadded) > 1 or value not in unpadded)
    ]


def _find_formats(values: Sequence[str]) -> list[str]:
    """A format of the first value that reads most others, then one for the first of those that it does not read."""
    formats: list[str] = []
    left = list(values)
    while left and len(formats) < MOST_FORMATS:
        best = max(_list_formats(left[0]), key=lambda one: sum(_reads(one, value) for value in left), default=None)
        if best:
            formats.append(best)
        left = [value for value in left[1:] if best is None or not _reads(best, value)]
    return formats


def _option(formats: Sequence[str]) -> str:
    return "`dates: [" + ", ".join(one if one in NUMBERS else f'"{one}"' for one in formats) + "]`"


def _list_formats(value: str) -> Iterator[str]:
    """The known formats that read a value, the usual ones first."""
    yield from (unit for unit, pattern in NUMBERS.items() if re.fullmatch(pattern, value, re.ASCII))
    yield from (text for text in _known_formats() if _reads(text, value))


@cache
def _known_formats() -> tuple[str, ...]:
    numeric = (form.format(sign) for form, sign in product(NUMERIC_DATES, "./-"))
    dates = (*YEAR_FIRST, *numeric, *NAMED_DATES)
    times = ("", *("".join(parts) for parts in product(BETWEEN, TIMES, OFFSETS)))
    return tuple(date + time for date, time in product(dates, times))


@cache
def _parsed(text: str) -> DateFormat:
    return parse_format(text)


def _reads(text: str, value: str) -> bool:
    """Whether landing reads a value in a format."""
    if text in NUMBERS:
        return bool(re.fullmatch(NUMBERS[text], value, re.ASCII))
    if not re.fullmatch(_parsed(text).pattern, value, re.ASCII):
        return False
    try:
        datetime.strptime(re.sub(BLANKS, " ", value), text)
    except ValueError:
        return False
    return True


def _swap(text: str) -> str:
    """The format with day and month exchanged, if both are numbers between other signs."""
    if not text.startswith(("%d", "%m")) or "%m" not in text:
        return text
    return text.replace("%d", "%-").replace("%m", "%d").replace("%-", "%m")
