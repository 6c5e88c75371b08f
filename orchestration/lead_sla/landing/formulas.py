"""Finds formulas of a workbook that have no stored value, which read as empty cells."""

import re
import zipfile
from contextlib import closing
from pathlib import Path

from lead_sla.formatting import show_count
from lead_sla.inputs.feed_options import FileForm
from lead_sla.landing.workbooks import open_workbook

FORMULA = re.compile(rb"<(\w+:)?f[ />]")
FORMULA_BYTES = 64  # more than the pattern matches, to look across the edge of two chunks
CHUNK_BYTES = 1024 * 1024


def describe_unstored_formulas(location: Path, sheet: str, form: FileForm) -> str | None:
    """A sentence about the formulas below the header of a sheet that have no value, with the first cell.

    Excel stores the values of formulas, and empty text as such. Libraries that write workbooks calculate nothing.
    """
    if not _has_formulas(location):
        return None
    cells = []
    with (
        closing(open_workbook(location)) as with_values,
        closing(open_workbook(location, is_calculated=False)) as with_formulas,
    ):
        both = zip(*(workbook[sheet].iter_rows(min_row=1) for workbook in (with_values, with_formulas)), strict=True)
        for number, (values, formulas) in enumerate(both, start=1):
            if number <= form.header_row:
                continue
            if form.ignore_after_blank_line and all(cell.value in (None, "") for cell in formulas):
                break
            cells += [
                formula.coordinate
                for value, formula in zip(values, formulas, strict=True)
                if formula.data_type == "f" and value.value is None and value.data_type != "str"
            ]
    if not cells:
        return None
    return (
        f"{show_count(len(cells), 'formula')} of its sheet {sheet}, the first in {cells[0]}, "
        f"{'has' if len(cells) == 1 else 'have'} no stored value and {'is' if len(cells) == 1 else 'are'} read as "
        "empty: the program that wrote the file has not calculated them. Open it in Excel and save it. Take back what "
        "has landed with `lead-sla land --forget PATH`."
    )


def _has_formulas(location: Path) -> bool:
    """Whether a sheet has any; reading a sheet twice takes long."""
    with zipfile.ZipFile(location) as archive:
        for name in archive.namelist():
            if "worksheets/" in name and name.endswith(".xml"):
                with archive.open(name) as stream:
                    before = b""
                    while chunk := stream.read(CHUNK_BYTES):
                        if FORMULA.search(before + chunk):
                            return True
                        before = chunk[-FORMULA_BYTES:]
    return False
