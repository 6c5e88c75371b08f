"""Writes a sheet of an Excel workbook as JSON Lines, its row N on line N, for the reader of that format."""

import json
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree.ElementTree import ParseError

from lead_sla.inputs.feeds import Feed
from lead_sla.landing.files import FileRefusedError, LandingFile
from lead_sla.landing.footers import RowsBehind, filled_values
from lead_sla.landing.formulas import describe_unstored_formulas
from lead_sla.landing.headers import tell_apart
from lead_sla.landing.mapping import map_columns, source_columns
from lead_sla.landing.partitions import partition_columns
from lead_sla.landing.workbooks import open_workbook

# What openpyxl raises for files that are no workbooks, or damaged ones.
DAMAGE = (zipfile.BadZipFile, LookupError, ValueError, TypeError, AttributeError, EOFError, ParseError)
NO_WORKBOOK = (
    "it cannot be read as an Excel workbook: it is damaged, protected by a password, or of another format. Save it as "
    ".xlsx without a password, or export it as CSV."
)
Row = tuple[Any, ...]


def write_sheet(feed: Feed, file: LandingFile, copy: Path) -> tuple[str, ...]:
    """Write the rows of the feed's sheet to `copy`; empty rows and those above the data are blank lines.

    Returns:
        Warnings, without the name of the file.

    Raises:
        FileRefusedError: it is no workbook, has no such sheet, no header, or lacks a column.
        OSError: it cannot be read, or the copy not be written.
    """
    if file.size_bytes == 0:
        copy.touch()
        return ()
    try:
        with closing(open_workbook(file.location)) as workbook, copy.open("w", encoding="utf-8") as out:
            sheet = _find_sheet(feed, workbook)
            odd: list[str | None] = []
            for line in _list_lines(feed, file, _rows_of(sheet), odd):
                out.write(line + "\n")
            odd.append(describe_unstored_formulas(file.location, sheet.title, feed.form))
    except DAMAGE as error:
        raise FileRefusedError(NO_WORKBOOK) from error
    return tuple(warning for warning in odd if warning)


class Sheet(NamedTuple):
    """A sheet of a workbook. Programs hide those that are for their own use."""

    name: str
    is_hidden: bool
    rows: list[Row]


def read_sheets(file: LandingFile) -> list[Sheet]:
    """Every sheet with its rows.

    Raises:
        FileRefusedError: it is no workbook.
        OSError: it cannot be read.
    """
    try:
        with closing(open_workbook(file.location)) as workbook:
            return [
                Sheet(sheet.title, sheet.sheet_state != "visible", list(_rows_of(sheet)))
                for sheet in workbook.worksheets
            ]
    except DAMAGE as error:
        raise FileRefusedError(NO_WORKBOOK) from error


def _find_sheet(feed: Feed, workbook: Any) -> Any:
    names = [sheet.title for sheet in workbook.worksheets]
    name = feed.form.sheet
    if name is None and len(names) > 1:
        raise FileRefusedError(f"it has the sheets {', '.join(names)}. Name one by `sheet` for the feed in feeds.yml.")
    if name is not None and name not in names:
        raise FileRefusedError(
            f"it has no sheet {name}; its sheets are {', '.join(names)}. Correct `sheet` in feeds.yml."
        )
    return workbook[name or names[0]]


def _rows_of(sheet: Any) -> Iterator[Row]:
    rows: Iterator[Row] = sheet.iter_rows(values_only=True)
    return rows


def _list_lines(feed: Feed, file: LandingFile, rows: Iterator[Row], odd: list[str | None]) -> Iterator[str]:
    """The lines of JSON; adds to `odd` what it warns of."""
    names: list[str] | None = None
    fewest: int | None = None
    read = set(source_columns(feed))
    for number, row in enumerate(rows, start=1):
        is_empty = all(value is None or value == "" for value in row)
        if number < feed.form.header_row or (is_empty and not (names and feed.form.ignore_after_blank_line)):
            yield ""
        elif is_empty:
            odd.append(_describe_rows_behind(number, rows, fewest or 0))
            return
        elif names is None:
            names = _read_header(feed, file, row)
            yield ""
        else:
            more = [f"column_{position}" for position in range(len(names) + 1, len(row) + 1)]
            values = [_value(value) for value in row] + [None] * (len(names) - len(row))
            cells = zip([*names, *more], values, strict=True)
            filled = len(filled_values(row))
            fewest = filled if fewest is None else min(filled, fewest)
            kept = {name: value for name, value in cells if value is not None or name in read}
            yield json.dumps(kept, ensure_ascii=False)
    if names is None:
        raise FileRefusedError(
            "its sheet has no header. Put the column names into the first row, or declare their row, `header_row`, in "
            "feeds.yml."
        )


def _describe_rows_behind(blank_row: int, rows: Iterator[Row], fewest: int) -> str | None:
    behind = RowsBehind(blank_row)
    for number, row in enumerate(rows, start=blank_row + 1):
        behind.add(number, row)
    return behind.describe(fewest, "row")


def _read_header(feed: Feed, file: LandingFile, row: Row) -> list[str]:
    names = ["" if value is None else str(value).strip() for value in row]
    names = tell_apart(feed, [name or f"column_{position}" for position, name in enumerate(names, start=1)])
    map_columns(feed, partition_columns(file.path) | dict.fromkeys(names, "null"), {})
    return names


def _value(value: Any) -> Any:
    """A cell as JSON; numbers stay numbers, and a date without a time of day is a day."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str | int | float | None) else str(value)
