"""Names of sheets and the text of cells: legal and visible whatever people call their agreements."""

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter import Workbook

from lead_sla.reporting.workbook.sheets import LONGEST_NAME, Book, reference, sheet_name

HOSTILE = st.text(st.sampled_from("aA'  []:*?/\\(\t\n\x00\x01\ufffe\uffff\u00a0🎯ß=+-@\"<>&"), max_size=40)


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Points [EMEA] / all?", "Points  EMEA    all"),
        ("History", "History (2)"),
        ("'quoted'", "quoted"),
        ("' ['twice'] '", "twice"),
        ("", "SLA"),
        ("'", "SLA"),
        ("x" * 40, "x" * 31),
        ("🎯" * 20, "🎯" * 15),
        ("x" * 30 + "'y", "x" * 30),
        ("Status", "Status (2)"),
        ("UNIQUE(new)", "UNIQUE (new)"),
    ],
)
def test_sheets_have_legal_names(label: str, name: str) -> None:
    assert sheet_name(label, {"status", "history"}) == name


def test_names_that_differ_in_case_or_at_the_end_get_sheets_of_their_own() -> None:
    taken: set[str] = set()
    names = [sheet_name(label, taken) for label in ("Leads", "LEADS", "x" * 31, "x" * 32)]
    assert names == ["Leads", "LEADS (2)", "x" * 31, "x" * 27 + " (2)"]


@given(st.lists(HOSTILE, max_size=12))
def test_any_labels_give_names_that_excel_takes(labels: list[str]) -> None:
    taken = {"history"}
    names = [sheet_name(label, taken) for label in labels]
    workbook = Workbook()
    for name in names:
        workbook.add_worksheet(name)  # which refuses what Excel does not take
        assert not re.search(r"[\x00-\x1f\ufffe\uffff]", name), "XML cannot hold it"
        assert len(name.encode("utf-16-le")) <= 2 * LONGEST_NAME
        assert name.strip(" '") == name
    assert len({name.lower() for name in names} - {"history"}) == len(names)


def test_a_reference_doubles_apostrophes() -> None:
    assert reference("it's", "A1") == "'it''s'!A1"


def test_control_characters_are_shown_and_text_stays_as_it_is(tmp_path: Path) -> None:
    texts = {
        "=1+1": "=1+1",
        "{=1}": "{=1}",
        "@SUM(A1)": "@SUM(A1)",
        "http://x.example": "http://x.example",
        "007": "007",
        "_x0041_": "_x0041_",
        "a\x00b\x1bc\r": "a␀b␛c␍",
        "two\nlines\tand": "two\nlines\tand",
        "\ufffe\uffff": "\ufffd\ufffd",
    }
    path = tmp_path / "cells.xlsx"
    with Workbook(path, {"strings_to_formulas": True}) as workbook:
        sheet = Book(workbook).add_sheet("Cells")
        for row, text in enumerate(texts):
            sheet.put(row, 0, text, "text")
    column = openpyxl.load_workbook(path)["Cells"]["A"]
    assert {cell.data_type for cell in column} == {"s"}
    with zipfile.ZipFile(path) as parts:
        root = ElementTree.fromstring(parts.read("xl/sharedStrings.xml"))  # noqa: S314 - our own file
    stored = [item.text for item in root.iter() if item.tag.endswith("}t")]
    assert stored == [text.replace("_x0041_", "_x005F_x0041_") for text in texts.values()]


def test_null_is_an_empty_cell_and_never_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "null.xlsx"
    with Workbook(path) as workbook:
        sheet = Book(workbook).add_sheet("Cells")
        sheet.put(0, 0, None, "number")
        sheet.calculate(1, 0, "=1+1", None, "number")
        sheet.calculate(2, 0, "=1-1", 0.0, "number")
    cells = openpyxl.load_workbook(path)["Cells"]["A"]
    assert [cell.value for cell in cells] == [None, None, "=1-1"]
