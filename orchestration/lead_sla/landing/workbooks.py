"""Opens Excel workbooks to read their rows one after another."""

import warnings
from importlib import import_module
from pathlib import Path
from typing import Any


def open_workbook(location: Path, *, is_calculated: bool = True) -> Any:
    """The workbook, with the stored values of its formulas, or with the formulas themselves; it has to be closed."""
    openpyxl = import_module("openpyxl")  # loading it takes longer than landing a small file
    warnings.filterwarnings("ignore", module="openpyxl")  # about styles and validations that it leaves out
    workbook = openpyxl.load_workbook(location, read_only=True, data_only=is_calculated)
    for sheet in workbook.worksheets:
        sheet.reset_dimensions()  # some programs write wrong ones
    return workbook
