"""Proposes the formats of the dates in a column."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache

from lead_sla.inputs.date_formats import BLANKS, parse_format
from lead_sla.inputs.feed_columns import DATE_PATTERN, STAMP_PATTERN
from lead_sla.landing.timestamps import EXCEL, EXCEL_DAYS, UNIX, UNIX_MS

DAY_FIRST = ("%d/%m/%Y", "%d-%m-%Y", "%d/%m/%y", "%d-%m-%y")
MONTH_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%m-%d-%y")
CLEAR = (
    *("%d.%m.%Y", "%d.%m.%y", "%Y/%m/%d", "%Y.%m.%d", "%d %b %Y", "%d-%b-%Y", "%d/%b/%Y", "%b %d, %Y", "%d %B %Y"),
    *("%B %d, %Y", "%b %d %Y", "%d-%b-%y", "%a, %d %b %Y", "%a %b %d %Y"),
)
TIMES = (
    *("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", ", %H:%M", ", %I:%M %p", ", %H:%M:%S", ", %I:%M:%S %p"),
    *(" %H:%M:%S %z", " %H:%M %z", " %I:%M%p", " %H:%M:%S.%f"),
)
ISO = re.compile(f"{DATE_PATTERN}|{STAMP_PATTERN}", re.ASCII)
OFFSET = re.compile(r"(Z|[+-]\d{2}:?\d{2})$")
MIDNIGHT = re.compile(r"[T ]00:00(:00(\.0+)?)?( ?(Z|[+-]00:?00))?$|\b12:00(:00)? ?AM$")
DIGIT = re.compile(r"\d", re.ASCII)
DIGITS = re.compile(r"\d+(\.\d*)?", re.ASCII)
COMPACT = re.compile(r"\d{8}", re.ASCII)
MOST_TEXTS = 2000  # whose formats are compared
GLANCED_TEXTS = 20
MOST_UNREAD = 0.3  # of the texts of a column that holds dates
MOST_UNREAD_OF_NAMED = 0.5
DAY_MS = 86_400_000


@dataclass(frozen=True)
class DateReading:
    """How the dates of a column are written.

    `formats` are besides ISO 8601; `instead` are those that read the texts as well, as other days. `example` is such a
    text. With `is_days`, every time of day is midnight UTC; with `is_local`, some times have no offset.
    """

    formats: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    example: str = ""
    is_days: bool = False
    is_local: bool = False


def read_dates(texts: Sequence[str], *, may_be_numbers: bool) -> DateReading | None:
    """How the texts are written; None if they are no dates.

    Numbers are only dates where the name says so; then more of the texts may be none as well.
    """
    texts = texts[:: len(texts) // MOST_TEXTS + 1]
    others = [text for text in texts if not ISO.fullmatch(text)]
    numbers = _read_numbers(others, may_be_numbers=may_be_numbers)
    if not texts or numbers:
        return numbers
    if len(others) > len(texts) / 2 and _are_no_dates(others):
        return None
    day_first, day_unread = _choose(others, (*CLEAR, *DAY_FIRST))
    month_first, month_unread = _choose(others, (*CLEAR, *MONTH_FIRST))
    most_unread = MOST_UNREAD_OF_NAMED if may_be_numbers else MOST_UNREAD
    if min(day_unread, month_unread) > most_unread * len(texts):
        return None
    chosen, instead = (month_first, day_first) if month_unread <= day_unread else (day_first, month_first)
    ambiguous = day_unread == month_unread and day_first != month_first
    example = next((text for text in others if len(_formats_of(text)) > 1), "") if ambiguous else ""
    is_midnight = all(MIDNIGHT.search(text) for text in texts)
    timed = [text for text in texts if _has_time(text, chosen)]
    return DateReading(
        formats=chosen,
        instead=instead if ambiguous else (),
        example=example,
        is_days=is_midnight,
        is_local=not is_midnight and any(not OFFSET.search(text) for text in timed),
    )


def _read_numbers(texts: Sequence[str], *, may_be_numbers: bool) -> DateReading | None:
    if not may_be_numbers or not texts or not all(DIGITS.fullmatch(text) for text in texts):
        return None
    if all(COMPACT.fullmatch(text) and _is_date(text, "%Y%m%d") for text in texts):
        return DateReading(("%Y%m%d",))
    if all(re.fullmatch(UNIX_MS, text) for text in texts):
        return DateReading(("unix_ms",), is_days=all(float(text) % DAY_MS == 0 for text in texts))
    if all(re.fullmatch(UNIX, text) for text in texts):
        return DateReading(("unix",), is_days=all(float(text) % (DAY_MS / 1000) == 0 for text in texts))
    first, end = EXCEL_DAYS
    if all(re.fullmatch(EXCEL, text) and first <= float(text) < end for text in texts):
        return DateReading(("excel",), is_local=any(not float(text).is_integer() for text in texts))
    return None


def _choose(texts: Sequence[str], days: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """The fewest formats that read as many texts as can be, and how many are left."""
    chosen: list[str] = []
    allowed = {f"{day}{time}" for day in days for time in TIMES}
    readable = {text: [one for one in _formats_of(text) if one in allowed] for text in texts}
    left = [text for text in texts if readable[text]]
    while left:
        found = Counter(one for text in left for one in readable[text])
        best = max(readable[left[0]], key=lambda one: found[one])
        chosen.append(best)
        left = [text for text in left if best not in readable[text]]
    return tuple(chosen), sum(not readable[text] for text in texts)


def _are_no_dates(texts: Sequence[str]) -> bool:
    """Whether most of a few texts are none, which saves looking at all."""
    few = texts[:: max(1, len(texts) // GLANCED_TEXTS)]
    return sum(not _formats_of(text) for text in few) > len(few) / 2


def _formats_of(text: str) -> list[str]:
    """The formats that read a text, first by its pattern: in one, every digit is as good as another."""
    return [one for one in _formats_of_shape(DIGIT.sub("0", text)) if _is_date(text, one)]


@lru_cache(maxsize=10_000)
def _formats_of_shape(shape: str) -> tuple[str, ...]:
    return tuple(one for one, pattern in _patterns().items() if pattern.fullmatch(shape))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    formats = [f"{day}{time}" for day in (*CLEAR, *DAY_FIRST, *MONTH_FIRST) for time in TIMES]
    return {one: re.compile(parse_format(one).pattern, re.ASCII) for one in formats}


def _is_date(text: str, written: str) -> bool:
    try:
        datetime.strptime(re.sub(BLANKS, " ", text), written)
    except ValueError:
        return False
    return True


def _has_time(text: str, formats: Sequence[str]) -> bool:
    if ISO.fullmatch(text):
        return len(text) > len("2026-11-02")
    return any(one in formats and parse_format(one).has_time for one in _formats_of(text))
