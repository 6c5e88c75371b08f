"""The exact reader: finds every record of a text file line by line, also if lines are broken.

It defines what a record is; DuckDB's reader is used where both must agree (see `staging.py`). A field that starts with
a quote (blanks around its quotes are ignored) may contain delimiters, doubled quotes and line breaks; in any other
field a quote is plain text. If a record is broken, the line on which it begins is rejected and reading continues with
the next.
"""

import re
from collections import deque
from collections.abc import Iterator
from functools import cache
from typing import BinaryIO, NamedTuple

from lead_sla.landing.files import FileRefusedError
from lead_sla.landing.survey import UTF8_MARK

# A longer record is broken: this also bounds how far an unclosed quote is followed.
MAX_RECORD_BYTES = 8 * 1024 * 1024
MAX_HEADER_LINES = 100

DELIMITER_NAMES = {b",": "comma", b";": "semicolon", b"|": "vertical bar", b"\t": "tab"}

# Possessive quantifiers keep every pattern linear for any input.
INSIDE = rb'[^"]*+(?:""[^"]*+)*+'
STILL_OPEN = re.compile(INSIDE)


class Grammar(NamedTuple):
    """The patterns of CSV with one of the delimiters."""

    delimiter: bytes
    field: bytes
    fields: re.Pattern[bytes]
    whole: re.Pattern[bytes]  # a record with a delimiter appended
    open: re.Pattern[bytes]
    reopened: re.Pattern[bytes]


@cache
def grammar(delimiter: bytes) -> Grammar:
    """The patterns for a delimiter, which is one byte."""
    mark = re.escape(delimiter)
    field = rb'(?: *+"' + INSIDE + rb'" *+|(?! *+")[^' + mark + rb"]*+)"
    open_end = rb"(?:" + field + mark + rb')*+ *+"' + INSIDE
    return Grammar(
        delimiter,
        field,
        fields=re.compile(field + mark),
        whole=re.compile(rb"(?:" + field + mark + rb")++"),
        open=re.compile(open_end),
        reopened=re.compile(INSIDE + rb'" *+' + mark + open_end),
    )


COMMA = grammar(b",")


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

    def skip(self, count: int) -> None:
        """Pass over some lines."""
        for _ in zip(range(count), self, strict=False):
            pass

    def put_back(self, lines: list[bytes]) -> None:
        """Return the last lines to the stream, so that they are read again."""
        self._returned.extendleft(reversed(lines))
        self.number -= len(lines)


def read_header(lines: Lines, csv: Grammar = COMMA) -> list[str]:
    """The column names of a CSV file, trimmed; a column without a name gets one from its position.

    Raises:
        FileRefusedError: the header is missing or not usable.
    """
    text = b""
    first = lines.number
    for line in lines:
        text += line
        if (text.strip() and not csv.open.fullmatch(text)) or lines.number - first == MAX_HEADER_LINES:
            break
    text = without_break(text)
    if b"\0" in text:
        raise FileRefusedError(
            "its header contains null bytes. Save it as UTF-8; it may be UTF-16, which is declared by `encoding` in "
            "feeds.yml."
        )
    if not text.strip():
        raise FileRefusedError(
            "it has no header. Put the column names into the first line, or declare their line, `header_row`, in "
            "feeds.yml."
        )
    if b"\r" in text or not csv.whole.fullmatch(text + csv.delimiter):
        raise FileRefusedError(
            "its header cannot be read: quotes must be closed, and lines must end with LF or CRLF. Export it again."
        )
    names = [field.decode().strip() for field in split_fields(text, csv)]
    return [name or f"column_{position}" for position, name in enumerate(names, start=1)]


def split_fields(text: bytes, csv: Grammar = COMMA) -> list[bytes]:
    """The values of a well-formed CSV record, without their quotes."""
    return [_unquoted(field[:-1]) for field in csv.fields.findall(text + csv.delimiter)]


def read_csv_records(
    lines: Lines, columns: int, csv: Grammar = COMMA, *, until_blank: bool = False
) -> Iterator[Record]:
    """Every record after the header, broken ones with the reason; blank lines are skipped.

    With `until_blank` the first line without any value ends the records.
    """
    whole = re.compile(rb"(?:" + csv.field + re.escape(csv.delimiter) + rb"){%d}" % (columns - 1) + csv.field)
    for line in lines:
        text = without_break(line)
        if until_blank and not text.strip(b' \t"' + csv.delimiter):
            return
        is_well_formed = whole.fullmatch(text) if b'"' in text else text.count(csv.delimiter) == columns - 1
        if is_well_formed and columns > 1 and not _find_damage(text):
            yield Record(lines.number, 1, text)
        elif text.strip():
            number, fault = lines.number, _find_fault(text, columns, csv)
            joined = _read_on(lines, line, columns, csv) if csv.open.fullmatch(text) else None
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


def _read_on(lines: Lines, opener: bytes, columns: int, csv: Grammar) -> bytes | None:
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
            if reopened < columns and csv.reopened.fullmatch(line):
                reopened += 1
                continue
            text = without_break(opener + b"".join(taken))
            if _find_fault(text, columns, csv) is None:
                return text
        break
    lines.put_back(taken)
    return None


def _find_fault(text: bytes, columns: int, csv: Grammar) -> str | None:
    damage = _find_damage(text)
    if damage:
        return damage
    if csv.open.fullmatch(text):
        return f"has an open quote that does not end in a record of {columns} columns"
    if not csv.whole.fullmatch(text + csv.delimiter):
        return f"has text between a closing quote and the next {DELIMITER_NAMES[csv.delimiter]}"
    found = len(csv.fields.findall(text + csv.delimiter))
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
