"""The exact reader: finds every record of a text file line by line, also if lines are broken.

It defines what a record is; DuckDB's reader is used where both must agree (see `staging.py`). A field that starts with
a quote (blanks around its quotes are ignored) may contain commas, doubled quotes and line breaks; in any other field a
quote is plain text. If a record is broken, the line on which it begins is rejected and reading continues with the next.
"""

import re
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from lead_sla.landing.files import FileRefusedError
from lead_sla.landing.survey import UTF8_MARK

# A longer record is broken: this also bounds how far an unclosed quote is followed.
MAX_RECORD_BYTES = 8 * 1024 * 1024
MAX_HEADER_LINES = 100

# Possessive quantifiers keep every pattern linear for any input.
INSIDE = rb'[^"]*+(?:""[^"]*+)*+'
FIELD = rb'(?: *+"' + INSIDE + rb'" *+|(?! *+")[^,]*+)'
OPEN_END = rb"(?:" + FIELD + rb',)*+ *+"' + INSIDE

FIELDS = re.compile(FIELD + rb",")
WHOLE = re.compile(rb"(?:" + FIELD + rb",)++")  # a record with a comma appended
OPEN = re.compile(OPEN_END)
STILL_OPEN = re.compile(INSIDE)
REOPENED = re.compile(INSIDE + rb'" *+,' + OPEN_END)


class Record(NamedTuple):
    """A record with the physical lines it takes up; `text` has no line break at its end."""

    line_number: int
    line_count: int
    text: bytes
    fault: str | None = None


class Lines:
    """The physical lines of a stream, ending with LF or CRLF; lines can be put back to be read again."""

    def __init__(self, stream: BinaryIO) -> None:
        self.number = 0
        self._stream = stream
        self._returned: deque[bytes] = deque()

    def __iter__(self) -> Iterator[bytes]:
        while line := self._returned.popleft() if self._returned else self._stream.readline():
            self.number += 1
            yield line if self.number > 1 else line.removeprefix(UTF8_MARK)

    def put_back(self, lines: list[bytes]) -> None:
        """Return the last lines to the stream, so that they are read again."""
        self._returned.extendleft(reversed(lines))
        self.number -= len(lines)


def read_header(lines: Lines) -> list[str]:
    """The column names of a CSV file, trimmed; a column without a name gets one from its position.

    Raises:
        FileRefusedError: the header is missing or not usable.
    """
    text = b""
    for line in lines:
        text += line
        if (text.strip() and not OPEN.fullmatch(text)) or lines.number == MAX_HEADER_LINES:
            break
    text = without_break(text)
    if b"\0" in text:
        raise FileRefusedError("its header contains null bytes. Save it as UTF-8; it may be UTF-16.")
    if not text.strip():
        raise FileRefusedError("it has no header. Put the column names into the first line.")
    if b"\r" in text or not WHOLE.fullmatch(text + b","):
        raise FileRefusedError(
            "its header cannot be read: quotes must be closed, and lines must end with LF or CRLF. Export it again."
        )
    names = [field.decode().strip() for field in split_fields(text)]
    return [name or f"column_{position}" for position, name in enumerate(names, start=1)]


def split_fields(text: bytes) -> list[bytes]:
    """The values of a well-formed CSV record, without their quotes."""
    return [_unquoted(field[:-1]) for field in FIELDS.findall(text + b",")]


def read_csv_records(lines: Lines, columns: int) -> Iterator[Record]:
    """Every record after the header, broken ones with the reason; blank lines are skipped."""
    whole = re.compile(rb"(?:" + FIELD + rb",){%d}" % (columns - 1) + FIELD)
    for line in lines:
        text = without_break(line)
        is_well_formed = whole.fullmatch(text) if b'"' in text else text.count(b",") == columns - 1
        if is_well_formed and columns > 1 and not _find_damage(text):
            yield Record(lines.number, 1, text)
        elif text.strip():
            number, fault = lines.number, _find_fault(text, columns)
            joined = _read_on(lines, line, columns) if OPEN.fullmatch(text) else None
            yield Record(number, lines.number - number + 1, joined or text, None if joined else fault)


def read_line_records(lines: Lines) -> Iterator[Record]:
    """Every line that is not blank, as a record."""
    for line in lines:
        text = without_break(line)
        if text.strip():
            yield Record(lines.number, 1, text, _find_damage(text))


def without_break(line: bytes) -> bytes:
    """A line without the LF or CRLF at its end."""
    return line.removesuffix(b"\n").removesuffix(b"\r")


def _read_on(lines: Lines, opener: bytes, columns: int) -> bytes | None:
    """The record that begins with a line that leaves a quote open, or None if it is not a valid record.

    A quote can be reopened on a later line, but not more often than there are columns: that keeps reading linear
    if every line of a file leaves one open.
    """
    taken: list[bytes] = []
    size, reopened = len(opener), 0
    for line in lines:
        taken.append(line)
        size += len(line)
        if size <= MAX_RECORD_BYTES:
            if STILL_OPEN.fullmatch(line):
                continue
            if reopened < columns and REOPENED.fullmatch(line):
                reopened += 1
                continue
            text = without_break(opener + b"".join(taken))
            if _find_fault(text, columns) is None:
                return text
        break
    lines.put_back(taken)
    return None


def _find_fault(text: bytes, columns: int) -> str | None:
    damage = _find_damage(text)
    if damage:
        return damage
    if OPEN.fullmatch(text):
        return f"has an open quote that does not end in a record of {columns} columns"
    if not WHOLE.fullmatch(text + b","):
        return "has text between a closing quote and the next comma"
    found = len(FIELDS.findall(text + b","))
    return None if found == columns else f"has {found} columns where the header has {columns}"


def _find_damage(text: bytes) -> str | None:
    if b"\0" in text:
        return "contains a null byte"
    if len(text) > MAX_RECORD_BYTES:
        return f"is longer than {MAX_RECORD_BYTES:,} bytes"
    return None


def _unquoted(field: bytes) -> bytes:
    bare = field.strip(b" ")
    return bare[1:-1].replace(b'""', b'"') if bare.startswith(b'"') else field
