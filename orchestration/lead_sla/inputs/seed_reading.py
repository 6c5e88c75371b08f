"""Reads one seed file into rows that know their line, and collects everything that is wrong within a single row.

What belongs here: bytes, CSV, header, cells. What does not: rules about several rows or files (`seed_rules.py`).
Python's strict CSV and the dialect in `macros/adapters/seeds.sql` read the same values, as a property test proves.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lead_sla.formatting import show_path
from lead_sla.inputs.seed_tables import Column, SeedTable
from lead_sla.inputs.seed_values import check_text, nearest

LONGEST_QUOTE = 60
LINE_END = re.compile(r"\r\n|\r|\n")
LINE_ENDS = {"\r\n": "CRLF (Windows)", "\n": "LF (Unix)", "\r": "CR (old Mac)"}
OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


@dataclass(frozen=True)
class Problem:
    """One thing to fix. Line 0 means the whole file; the column is empty when the whole line is meant."""

    path: str
    line: int
    column: str
    message: str

    def __str__(self) -> str:
        """One line: where, what, remedy."""
        place = [self.path]
        if self.line:
            place.append(f"line {self.line}")
        if self.column:
            place.append(f"column {self.column}")
        return f"{', '.join(place)}: {self.message}"


@dataclass(frozen=True)
class Row:
    """One record: the line it begins on, its texts, and the values of the cells that are right (None when empty)."""

    line: int
    texts: dict[str, str]
    values: dict[str, Any]


@dataclass
class SeedFile:
    """What was found in one file. `complete` is false when lines could not be read: a code may be on one of them."""

    table: SeedTable
    path: str
    complete: bool = True
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def report(self, line: int, column: str, message: str) -> None:
        """Note a problem of this file."""
        self.problems.append(Problem(self.path, line, column, message))


def read_seed(table: SeedTable, seeds_dir: Path, shown_dir: Path | None = None) -> SeedFile:
    """Read and check one file, row by row; messages show it in `shown_dir` if `seeds_dir` is a copy of that."""
    seed = SeedFile(table, show_path((shown_dir or seeds_dir) / table.file))
    content = _read_text(seed, seeds_dir / table.file)
    if content is None:
        seed.complete = False
    else:
        _read_content(seed, content)
    return seed


def quoted(value: str) -> str:
    """A value as a message shows it: in quotes, on one line, cut when long."""
    shown = value if len(value) <= LONGEST_QUOTE else value[:LONGEST_QUOTE] + "..."
    return json.dumps(shown, ensure_ascii=not shown.isprintable())


def _read_content(seed: SeedFile, content: str) -> None:
    records = list(_read_records(seed, content))
    header = _read_header(seed, records)
    if header is None:
        seed.complete = False
        return
    absent = {column.name: "" for column in seed.table.columns if column.name not in header}
    for line, fields in records[1:]:
        texts = dict(zip(header, fields, strict=False))
        _read_row(seed, line, texts | absent, columns=len(header), surplus=len(fields) - len(header))
    if not seed.problems:
        _check_line_ends(seed, content)


def _read_text(seed: SeedFile, path: Path) -> str | None:
    """The file's text without a byte-order mark, or None when it cannot be had."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        seed.report(0, "", f"the file is missing. Create it; the header line is enough: {seed.table.header}")
        return None
    except OSError as error:
        seed.report(0, "", f"the file cannot be read: {error.strerror}.")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = f"0x{content[error.start]:02x}"
        seed.report(line, "", f"the byte {byte} is not UTF-8. Save the file as CSV in UTF-8.")
        return None


def _read_records(seed: SeedFile, content: str) -> Iterator[tuple[int, list[str]]]:
    """Every record that is not blank, with the physical line on which it begins."""
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            seed.complete = False
            seed.report(
                line,
                "",
                f"the line cannot be read ({error}). Close every double quote, and double each one inside a value.",
            )
            continue
        if fields:
            yield line, fields


def _read_header(seed: SeedFile, records: list[tuple[int, list[str]]]) -> list[str] | None:
    """The column names in the file's order, or None when a row could not be understood with them."""
    expected = [column.name for column in seed.table.columns]
    if not records or records[0][0] != 1:
        seed.report(1, "", f"the header is missing. The first line must be: {seed.table.header}")
        return None
    header = records[0][1]
    for separator, name in OTHER_SEPARATORS.items():
        if len(header) == 1 and separator in header[0]:
            seed.report(1, "", f"the values are separated by {name}. Save the file with commas.")
            return None
    before = len(seed.problems)
    missing = [name for name in expected if name not in header]
    for position, name in enumerate(header, start=1):
        if not name:
            seed.report(1, "", f"column {position} of the header is empty. Delete the column, or name it.")
        elif name not in expected:
            seed.report(1, "", f"{quoted(name)} is not a column of this file. {_name_for(name, missing)}")
    for name, count in Counter(header).items():
        if name in expected and count > 1:
            seed.report(1, name, "the column occurs twice. Delete one.")
    added_later = [column.name for column in seed.table.columns if column.added_later]
    for name in missing:
        if name not in added_later:
            seed.report(1, name, "the column is missing. Add it to the header, and a value or nothing to every line.")
    return header if len(seed.problems) == before else None


def _check_line_ends(seed: SeedFile, content: str) -> None:
    """DuckDB reads a file with Windows line ends, or one with Unix line ends, but no mixture of both."""
    ends = LINE_END.findall(content)
    for line, end in enumerate(ends, start=1):
        if end != ends[0]:
            kinds = f"the line ends in {LINE_ENDS[end]}, the first one in {LINE_ENDS[ends[0]]}"
            seed.report(line, "", f"{kinds}. Save the file with one kind.")
            return


def _name_for(name: str, missing: list[str]) -> str:
    """The remedy for an unknown column. One that was meant is not missing besides."""
    meant = nearest(name, missing)
    if not meant:
        return "Delete it."
    missing.remove(meant)
    return f"Did you mean {meant}?"


def _read_row(seed: SeedFile, line: int, texts: dict[str, str], *, columns: int, surplus: int) -> None:
    if not any(texts.values()) and surplus <= 0:
        seed.report(line, "", "the line has commas but no value. Delete it.")
    elif surplus:
        seed.complete = False
        seed.report(
            line,
            "",
            f"the line has {columns + surplus} values, the header {columns}. "
            "Every line needs as many; put a value that contains a comma in double quotes.",
        )
    else:
        row = Row(line, texts, {})
        seed.rows.append(row)
        for column in seed.table.columns:
            _read_cell(seed, row, column)


def _read_cell(seed: SeedFile, row: Row, column: Column) -> None:
    value = row.texts[column.name]
    if value:
        try:
            check_text(value)
            row.values[column.name] = column.kind.read(value)
        except ValueError as error:
            seed.report(row.line, column.name, f"{quoted(value)} {error}")
    elif column.required:
        seed.report(row.line, column.name, f"the value is missing. It needs {column.kind.expects}.")
    else:
        row.values[column.name] = None
