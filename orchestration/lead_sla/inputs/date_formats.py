"""The formats of `dates` in feeds.yml: strptime's directives that can be verified, and numbers that count time.

DuckDB's strptime is more lenient than a format (`%Y` reads 26 as the year 26), so a pattern precedes it.
"""

import re
from dataclasses import dataclass

NUMBERS = ("unix", "unix_ms", "excel")
DIRECTIVES = {
    "%Y": r"\d{4}",
    "%y": r"\d{2}",
    "%m": r"\d{1,2}",
    "%b": r"[A-Za-z]{3}",
    "%B": r"[A-Za-z]+",
    "%d": r"\d{1,2}",
    "%a": r"[A-Za-z]{3}",
    "%A": r"[A-Za-z]+",
    "%H": r"\d{1,2}",
    "%I": r"\d{1,2}",
    "%p": r"(?i:AM|PM)",
    "%M": r"\d{2}",
    "%S": r"\d{2}",
    "%f": r"\d{1,6}",
    "%z": r"[+-]\d{2}:?\d{2}",
}
# Exports write other blanks, for instance before AM, than people see.
BLANKS = "[ \u00a0\u2009\u202f]"
NEEDED = {"a year": ("%Y", "%y"), "a month": ("%m", "%b", "%B"), "a day": ("%d",)}
TIME = ("%H", "%I")
PART = re.compile(r"%.?|[^%]+", re.DOTALL)


@dataclass(frozen=True)
class DateFormat:
    """A format, with the pattern of the text that it reads. Without a time of day it reads days."""

    text: str
    pattern: str
    has_time: bool
    has_offset: bool


def parse_format(text: str) -> DateFormat:
    """Parse a format in strptime's terms.

    Raises:
        ValueError: it cannot be used; the message says why, and what to write.
    """
    parts = PART.findall(text)
    directives = [part for part in parts if part.startswith("%")]
    for directive in directives:
        if directive not in DIRECTIVES:
            raise ValueError(f"{directive} is not supported; use {', '.join(DIRECTIVES)}, {', '.join(NUMBERS)}")
        if directives.count(directive) > 1:
            raise ValueError(f"{directive} is given twice; keep one")
    for what, some in NEEDED.items():
        if len(given := [one for one in some if one in directives]) != 1:
            problem = f"{' and '.join(given)} exclude each other" if given else f"it has no {what.split()[1]}"
            raise ValueError(f"{problem}; {what} is written {' or '.join(some)}, as in %d/%m/%Y or %m/%d/%Y %I:%M %p")
    if ("%I" in directives) != ("%p" in directives) or {"%I", "%H"} <= set(directives):
        raise ValueError("an hour is %H, or %I together with %p for AM and PM")
    has_time = any(one in directives for one in TIME)
    if not has_time and any(one in directives for one in ("%M", "%S", "%f", "%z")):
        raise ValueError("it has a part of a time without an hour; an hour is %H, or %I together with %p")
    pattern = "".join(DIRECTIVES.get(part) or re.escape(part).replace(r"\ ", BLANKS) for part in parts)
    return DateFormat(text, pattern, has_time, "%z" in directives)
