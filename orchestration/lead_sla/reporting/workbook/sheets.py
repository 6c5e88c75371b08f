"""Cells and sheets: text is always text, null is an empty cell, and formats are created once."""

import math
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

LONGEST_NAME = 31
LINE_HEIGHT = 15
# Characters that Excel does not allow in the name of a sheet, and that XML cannot contain.
FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\ufffe\uffff]")
# XlsxWriter would take UNIQUE( in a reference to a sheet for the function, and write another name.
CALL = re.compile(r"(?<=\w)\(")
EDGES = re.compile(r"^[\s']+|[\s']+$")
# Unicode has symbols for control characters; line ends and tabs are allowed.
VISIBLE = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"} | {0xFFFE: 0xFFFD, 0xFFFF: 0xFFFD}
FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "note": {"font_color": "#52606d"},
    "head": {"bold": True, "bottom": 1, "bg_color": "#d3dae2", "text_wrap": True, "align": "left", "indent": 1},
    "head_number": {"bold": True, "bottom": 1, "bg_color": "#d3dae2", "text_wrap": True, "align": "right"},
    "text": {"align": "left", "indent": 1},
    "wrapped": {"text_wrap": True, "align": "left", "indent": 1},
    "date": {"num_format": "yyyy-mm-dd", "align": "left", "indent": 1},
    "month": {"num_format": "yyyy-mm", "align": "left", "indent": 1},
    "number": {"num_format": "#,##0.0"},
    "count": {"num_format": "#,##0"},
    "percent": {"num_format": "0.0 %"},
    "rate": {"num_format": "0.00 %"},
    "total": {"num_format": "#,##0.0", "bold": True},
    "total_count": {"num_format": "#,##0", "bold": True},
}
ON_THE_LEFT = ("text", "wrapped", "date", "month")
QUIET = {"bg_color": "#eef1f4"}


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, the format of its cells, and its width in characters."""

    title: str
    style: str
    width: int


@dataclass
class Book:
    """The workbook with its formats."""

    workbook: Workbook
    formats: dict[tuple[str, bool], Format] = field(default_factory=dict)

    def format(self, name: str, *, is_quiet: bool = False) -> Format:
        """The format of that name; shaded for days that are not business days."""
        key = (name, is_quiet)
        if key not in self.formats:
            shade = QUIET if is_quiet else {}
            self.formats[key] = self.workbook.add_format({"valign": "top"} | FORMATS[name] | shade)
        return self.formats[key]

    def add_sheet(self, name: str) -> "Sheet":
        """A sheet that prints on one landscape page width, with its name and the page number in the footer."""
        worksheet = self.workbook.add_worksheet(name)
        worksheet.set_landscape()
        worksheet.fit_to_pages(1, 0)
        worksheet.set_paper(9)
        worksheet.set_footer("&L&A&R&P / &N")
        return Sheet(self, worksheet)


@dataclass
class Sheet:
    """A sheet; rows and columns count from 0."""

    book: Book
    worksheet: Worksheet

    def put(self, row: int, column: int, value: Any, style: str, *, is_quiet: bool = False) -> None:
        """A value of the mart; null is an empty cell."""
        form = self.book.format(style, is_quiet=is_quiet)
        if value is None:
            self.worksheet.write_blank(row, column, None, form)
        elif isinstance(value, str):
            self.worksheet.write_string(row, column, value.translate(VISIBLE), form)
        elif isinstance(value, date):
            self.worksheet.write_datetime(row, column, value, form)
        else:
            self.worksheet.write_number(row, column, value, form)

    def calculate(
        self, row: int, column: int, formula: str, value: float | None, style: str, *, is_quiet: bool = False
    ) -> None:
        """A formula, with its present value for programs that do not calculate; null is an empty cell."""
        if value is None:
            self.put(row, column, None, style, is_quiet=is_quiet)
        else:
            form = self.book.format(style, is_quiet=is_quiet)
            self.worksheet.write_formula(row, column, formula, form, value)

    def head(self, row: int, columns: list[Column]) -> None:
        """The headings, frozen and repeated on every page, aligned like their columns."""
        for number, column in enumerate(columns):
            self.put(row, number, column.title, "head" if column.style in ON_THE_LEFT else "head_number")
            self.worksheet.set_column(number, number, column.width)
        self.worksheet.set_row(row, 2 * LINE_HEIGHT)
        self.worksheet.freeze_panes(row + 1, 1)
        self.worksheet.repeat_rows(row)

    def fit_height(self, row: int, text: str, width: int) -> None:
        """Make a row high enough for `text` wrapped in a column of `width`: not every program does that by itself."""
        self.worksheet.set_row(row, LINE_HEIGHT * max(1, math.ceil(1.1 * len(text) / width)))


def sheet_name(label: str, taken: set[str]) -> str:
    """A valid and unused name for a sheet, close to `label`; it is added to `taken`."""
    base = EDGES.sub("", CALL.sub(" (", FORBIDDEN.sub(" ", label))) or "SLA"
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
    return EDGES.sub("", kept) + suffix
