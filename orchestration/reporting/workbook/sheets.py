"""Cells and sheets: text is always text, nothing is an empty cell, and formats are made once."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

LONGEST_NAME = 31
HEAD_HEIGHT = 30  # two lines
FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "note": {"font_color": "#52606d"},
    "head": {"bold": True, "bottom": 1, "bg_color": "#eef1f4", "text_wrap": True, "valign": "top"},
    "text": {},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "date": {"num_format": "yyyy-mm-dd", "align": "left"},
    "month": {"num_format": "yyyy-mm", "align": "left"},
    "number": {"num_format": "#,##0.0"},
    "count": {"num_format": "#,##0"},
    "percent": {"num_format": "0.0 %"},
    "rate": {"num_format": "0.00 %"},
    "total": {"num_format": "#,##0.0", "bold": True, "top": 1},
}
QUIET = {"bg_color": "#eef1f4"}


@dataclass
class Book:
    """The workbook with its formats."""

    workbook: Workbook
    formats: dict[tuple[str, bool], Format] = field(default_factory=dict)

    def format(self, name: str, *, is_quiet: bool = False) -> Format:
        """The format of that name; with a shade for days on which nobody works."""
        key = (name, is_quiet)
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format(FORMATS[name] | (QUIET if is_quiet else {}))
        return self.formats[key]

    def add_sheet(self, name: str) -> "Sheet":
        """A sheet that prints on the width of a page in landscape."""
        worksheet = self.workbook.add_worksheet(name)
        worksheet.set_landscape()
        worksheet.fit_to_pages(1, 0)
        worksheet.set_paper(9)
        return Sheet(self, worksheet)


@dataclass
class Sheet:
    """A sheet; rows and columns count from 0."""

    book: Book
    worksheet: Worksheet

    def put(self, row: int, column: int, value: Any, style: str, *, is_quiet: bool = False) -> None:
        """A value that the mart has; null is an empty cell."""
        form = self.book.format(style, is_quiet=is_quiet)
        if value is None:
            self.worksheet.write_blank(row, column, None, form)
        elif isinstance(value, str):
            self.worksheet.write_string(row, column, value, form)
        elif isinstance(value, date):
            self.worksheet.write_datetime(row, column, value, form)
        else:
            self.worksheet.write_number(row, column, value, form)

    def calculate(
        self, row: int, column: int, formula: str, value: float | None, style: str, *, is_quiet: bool = False
    ) -> None:
        """A live formula, with the value that it has now for programs that do not calculate."""
        form = self.book.format(style, is_quiet=is_quiet)
        self.worksheet.write_formula(row, column, formula, form, "" if value is None else value)

    def head(self, row: int, titles: list[str], widths: list[int]) -> None:
        """The headings, which stay in view."""
        for column, (title, width) in enumerate(zip(titles, widths, strict=True)):
            self.put(row, column, title, "head")
            self.worksheet.set_column(column, column, width)
        self.worksheet.set_row(row, HEAD_HEIGHT)
        self.worksheet.freeze_panes(row + 1, 1)
        self.worksheet.repeat_rows(row)


def sheet_name(label: str, taken: set[str]) -> str:
    """A legal name for a sheet that nobody has yet, close to `label`; it is added to `taken`."""
    base = FORBIDDEN.sub(" ", label).strip().strip("'").strip() or "SLA"
    number = 1
    name = _cut(base, "")
    while name.lower() in taken:
        number += 1
        name = _cut(base, f" ({number})")
    taken.add(name.lower())
    return name


def reference(name: str, cell: str) -> str:
    """A reference to a cell of another sheet."""
    return "'" + name.replace("'", "''") + "'!" + cell


def _cut(base: str, suffix: str) -> str:
    # Excel counts UTF-16 units, of which an emoji takes two.
    kept = base
    while len(kept.encode("utf-16-le")) // 2 + len(suffix) > LONGEST_NAME:
        kept = kept[:-1]
    return kept.rstrip().rstrip("'") + suffix
