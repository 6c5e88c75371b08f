"""Detects how a file is written: encoding, delimiter, header, footer, sheet."""

import codecs
import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from lead_sla.inputs.feed_options import FileForm
from lead_sla.landing.encodings import UNPACKING_ERRORS
from lead_sla.landing.files import FileRefusedError, LandingFile
from lead_sla.landing.spreadsheets import read_sheets
from lead_sla.landing.survey import CHUNK_BYTES, open_text
from lead_sla.preview.names import may_be_id
from lead_sla.preview.tables import Line, common_width, find_table

MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
DELIMITERS = (",", ";", "\t", "|")
NULLS_OF_UTF16 = 0.2  # of the bytes; text in Latin letters has a null in every other one
WESTERN = "windows-1252"
WORD = re.compile(r"[^\W\d_]+")
SHOWN_WORDS = 3
LONGEST_WORD = 30


@dataclass(frozen=True)
class DetectedForm:
    """The form of a file, what was seen, and what has to be decided, by key of the feed."""

    form: FileForm
    seen: str
    doubts: dict[str, str]
    row_id: str | None = None  # of JSON: what shows that objects with a list in them are rows
    names: tuple[str, ...] = ()  # in the header of text and sheets


def detect_form(file: LandingFile) -> DetectedForm:
    """Look at the beginning of a file.

    Raises:
        FileRefusedError: it cannot be unpacked, or is no workbook.
        OSError: it cannot be read.
    """
    if file.format == "xlsx":
        return _detect_sheet(file)
    if file.format == "parquet":
        return DetectedForm(FileForm(), "Parquet", {})
    start = _read_start(file)
    encoding, doubts = _detect_encoding(start)
    spoken = encoding or ("UTF-16" if start.startswith(MARKS[1:]) else "UTF-8")
    text = start.decode(encoding or ("utf-16" if spoken == "UTF-16" else "utf-8-sig"), errors="replace")
    if file.format != "csv":
        return DetectedForm(FileForm(encoding=encoding), f"JSON, {spoken}", doubts, _find_row_id(text))
    delimiter, lines = _detect_delimiter(text)
    width, _ = common_width(lines)
    table = find_table(lines, width)
    form = FileForm(delimiter, encoding, table.header_row, table.has_footer)
    named = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "vertical bars"}[delimiter]
    return DetectedForm(form, f"CSV, {spoken}, separated by {named}", doubts, names=table.names)


def _read_start(file: LandingFile) -> bytes:
    try:
        with open_text(file) as stream:
            start = stream.read(CHUNK_BYTES)
            return start if len(start) < CHUNK_BYTES else start[: start.rfind(b"\n") + 1]
    except UNPACKING_ERRORS as error:
        raise FileRefusedError(
            f"it cannot be unpacked ({error}). Copy it again, or remove .gz from its name."
        ) from error


def _detect_encoding(start: bytes) -> tuple[str | None, dict[str, str]]:
    """The encoding to declare, None for UTF-8 and what a byte order mark tells, and the doubt about it.

    Statistics of letters are of no use here: they take German for Polish, whose words they cannot know.
    """
    if start.startswith(MARKS):
        return None, {}
    if start.count(0) > NULLS_OF_UTF16 * len(start):
        return ("utf-16-le" if start[1:2] == b"\0" else "utf-16-be"), {}
    try:
        start.decode()
    except UnicodeDecodeError:
        words = _foreign_words(start.decode(WESTERN, errors="replace"))
        return WESTERN, {"encoding": f"not UTF-8. In {WESTERN} it has the words {', '.join(words)}; are they right?"}
    return None, {}


def _find_row_id(text: str) -> str | None:
    """The id in the first of several objects. Without one, they can be pages of what an API returns."""
    try:
        first, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(first, dict) or not text[end:].strip():
        return None
    return next((name for name in first if may_be_id(name)), None)


def _foreign_words(text: str) -> list[str]:
    """Some words with letters beyond ASCII, by which people see whether an encoding is right."""
    words = dict.fromkeys(word for word in WORD.findall(text) if not word.isascii())
    return [word[:LONGEST_WORD] for word in list(words)[:SHOWN_WORDS]]


def _detect_delimiter(text: str) -> tuple[str, list[Line]]:
    """The delimiter that splits most rows into the same number of columns, and the rows."""
    tried = {mark: _split(text, mark) for mark in DELIMITERS}

    def fields(mark: str) -> int:
        width, rows = common_width(tried[mark])
        return (width - 1) * rows

    best = max(DELIMITERS, key=fields)
    return best, tried[best]


def _split(text: str, delimiter: str) -> list[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines, first = [], 1
    try:
        for cells in reader:
            lines.append(Line(first, tuple(cells)))
            first = reader.line_num + 1
    except csv.Error:
        pass  # a null byte, or a field without an end: what was read before tells enough
    return lines


def _detect_sheet(file: LandingFile) -> DetectedForm:
    sheets = read_sheets(file)
    shown = {sheet.name: _lines_of(sheet.rows) for sheet in sheets if not sheet.is_hidden}
    if not shown:
        raise FileRefusedError("all of its sheets are hidden. Show the one with the data, and save it again.")
    name = max(shown, key=lambda one: sum(line.filled for line in shown[one]))
    lines = shown[name]
    table = find_table(lines, max(line.filled for line in lines)) if lines else None
    form = FileForm(
        header_row=table.header_row if table else 1,
        ignore_after_blank_line=bool(table and table.has_footer),
        sheet=name if len(sheets) > 1 else None,
    )
    others = [one for one in shown if one != name]
    doubts = {"sheet": f"the sheet with the most cells; others are {', '.join(others)}"} if others else {}
    return DetectedForm(form, f"Excel workbook, sheet {name}", doubts, names=table.names if table else ())


def _lines_of(rows: Iterable[tuple[object, ...]]) -> list[Line]:
    texts = (tuple("" if cell is None else str(cell) for cell in row) for row in rows)
    return [Line(number, cells) for number, cells in enumerate(texts, start=1)]
