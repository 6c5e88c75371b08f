"""Excel workbooks: a sheet is read like any other file, with its row numbers and its types."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lead_sla.landing.summary import describe_warnings
from tests.support.feed_options import feed
from tests.support.landing_home import LandingHome

NAMES = ["id", "deal", "lead", "stage", "amount", "currency", "at"]


def put_workbook(home: LandingHome, sheets: dict[str, list[list[Any]]], name: str = "a.xlsx") -> None:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    workbook.save(home.put(f"in/{name}", b""))


def test_cells_keep_their_types_and_rows_their_numbers(home: LandingHome, tmp_path: Path) -> None:
    put_workbook(home, {"Deals": [
        [*NAMES, "note", None],
        [1, "d", 8001.0, "won", 1.235, "EUR", datetime(2026, 11, 2), "ä\nb", True],
        [],
        ["2", "d", "=1+1", "won", 12, None, datetime(2026, 11, 2, 9, 30), None],
        [3, "d", None, "won", "1.234,50 €", None, date(2026, 11, 3)],
        [4, "d", None, "won", 1e20, None, "2026-11-04"],
        [5, "d", None, "won", "#N/A", None, "2026-11-04"],
    ]})  # fmt: skip
    options = 'decimal: ","\nthousands: "."\ntimezone: Europe/Berlin\nnulls: ["#N/A"]'
    assert not home.land(feed(tmp_path, options, "deal_events")).refused
    columns = "row_number, event_id, lead_id, amount, occurred_at, occurred_date, attributes"
    assert home.ask(f"select {columns} from raw.deal_events order by row_number") == [
        (2, "1", "8001", Decimal("1.24"), None, date(2026, 11, 2), '{"note":"ä\\nb","column_9":true}'),
        (4, "2", None, Decimal(12), datetime(2026, 11, 2, 8, 30), None, None),
        (5, "3", None, Decimal("1234.50"), None, date(2026, 11, 3), None),
        (7, "5", None, None, None, date(2026, 11, 4), None),
    ]
    ((line, column, reason, text),) = home.rejects()
    assert (line, column) == (6, "amount")
    assert reason.startswith("'100000000000000000000' is not a valid decimal(18,2) number")
    assert text.startswith('{"id": 4, "deal": "d", "lead": null')


def test_header_and_footer_are_rows_of_the_sheet(home: LandingHome, tmp_path: Path) -> None:
    row = [1, "d", "l", "won", 1, None, "2026-11-02"]
    put_workbook(home, {"Report": [["Report"], ["as of today"], NAMES, row, [None, ""], ["Copyright"]]})
    home.land(feed(tmp_path, "header_row: 3\nfooter: {ignore_after_blank_line: true}", "deal_events"))
    assert home.ask("select row_number, event_id from raw.deal_events") == [(4, "1")]
    assert home.rejects() == []


def test_rows_behind_the_blank_row_of_a_footer_are_a_warning(home: LandingHome, tmp_path: Path) -> None:
    rows = [[number, "d", None, "won", 1, None, "2026-11-02"] for number in (1, 2, 3)]
    put_workbook(home, {"Report": [NAMES, rows[0], [], *rows[1:], [], ["Total", 3]]})
    (landed,) = home.land(feed(tmp_path, "footer: {ignore_after_blank_line: true}", "deal_events")).landed
    assert (landed.rows_landed, landed.warnings) == (
        1,
        (
            "in/a.xlsx (feed f): its data ends at the blank row 3, because the feed declares a `footer`, but behind it "
            "2 rows with as many values did not land, the first on row 4: 2, d, won, 1, 2026-11-02. Remove the blank "
            "row if that is data.",
        ),
    )


@pytest.mark.parametrize(("formulas", "verb"), [(1, "formula of"), (2, "formulas of")])
def test_formulas_without_a_stored_value_are_a_warning(
    home: LandingHome, tmp_path: Path, formulas: int, verb: str
) -> None:
    rows = [[number, "d", "l", "won", "=1+1", None, "2026-11-02"] for number in range(1, formulas + 1)]
    put_workbook(home, {"Deals": [["=1+1"], NAMES, *rows], "Notes": [["=2+2"]]})
    (landed,) = home.land(feed(tmp_path, "sheet: Deals\nheader_row: 2", "deal_events")).landed
    (warning,) = landed.warnings
    assert warning.startswith(f"in/a.xlsx (feed f): {formulas} {verb} its sheet Deals, the first in E3, ha")
    assert warning.endswith(
        "Open it in Excel and save it. Take back what has landed with `lead-sla land --forget PATH`."
    )


@pytest.mark.parametrize(
    ("traits", "stored"), [(b"", b"<v>2</v>"), (b"", b"<v>0</v>"), (b' t="str"', b"<v></v>")], ids=["2", "0", "no text"]
)
def test_a_formula_with_a_stored_value_is_no_warning(
    home: LandingHome, tmp_path: Path, traits: bytes, stored: bytes
) -> None:
    put_workbook(home, {"Deals": [NAMES, [1, "d", "l", "won", 77, None, "2026-11-02"]]})
    written = b'<c r="E2" t="n"><v>77</v>'  # openpyxl writes a formula otherwise where lxml is installed
    change_sheet(home, {written: b'<c r="E2"%b><f>1+1</f>%b' % (traits, stored)})
    (landed,) = home.land(feed(tmp_path, "", "deal_events")).landed
    assert (landed.rows_landed, landed.warnings) == (1, ())


def change_sheet(home: LandingHome, changes: dict[bytes, bytes]) -> None:
    """Replace bytes of the first sheet."""
    path = home.landing_dir / "in/a.xlsx"
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            for before, after in changes.items() if name == "xl/worksheets/sheet1.xml" else ():
                assert before in content
                content = content.replace(before, after)
            new.writestr(name, content)
    path.write_bytes(out.getvalue())


def test_the_sheet_is_named_where_there_are_several(home: LandingHome, tmp_path: Path) -> None:
    put_workbook(home, {"Notes": [["x"]], "Deals 2026": [NAMES, [1, "d", "l", "won", 1, None, "2026-11-02"]]})
    refused = home.land(feed(tmp_path, "", "deal_events")).refused
    assert refused[0].reason == ("it has the sheets Notes, Deals 2026. Name one by `sheet` for the feed in feeds.yml.")
    refused = home.land(feed(tmp_path, "sheet: Deals", "deal_events")).refused
    assert refused[0].reason == (
        "it has no sheet Deals; its sheets are Notes, Deals 2026. Correct `sheet` in feeds.yml."
    )
    assert not home.land(feed(tmp_path, "sheet: Deals 2026", "deal_events")).refused
    assert home.ask("select event_id from raw.deal_events") == [("1",)]


def test_a_part_of_the_path_is_a_column_of_a_workbook(home: LandingHome, tmp_path: Path) -> None:
    row = [1, "d", "l", "won", 1, "2026-11-02"]
    names = [name for name in NAMES if name != "currency"]
    put_workbook(home, {"Deals": [names, row]}, "currency=EUR/a.xlsx")
    assert not home.land(feed(tmp_path, "", "deal_events", files="in/**/*")).refused
    assert home.ask("select currency from raw.deal_events") == [("EUR",)]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "its sheet has no header. Put the column names into the first row"),
        ([["id", "deal"], [1, 2]], "it has no column lead, stage, amount, currency, at; its columns are id, deal."),
        ([[*NAMES, "lead"]], "it names lead more than once. Rename the columns, or map lead [1] or lead [2]"),
    ],
)
def test_a_sheet_that_lacks_a_column_is_refused(
    home: LandingHome, tmp_path: Path, rows: list[list[Any]], reason: str
) -> None:
    put_workbook(home, {"Deals": rows})
    assert home.land(feed(tmp_path, "", "deal_events")).refused[0].reason.startswith(reason)


@pytest.mark.parametrize("content", [b"id,deal\n", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 encrypted"])
def test_what_is_no_workbook_is_refused(home: LandingHome, tmp_path: Path, content: bytes) -> None:
    home.put("in/a.xlsx", content)
    reason = home.land(feed(tmp_path, "", "deal_events")).refused[0].reason
    assert reason.startswith("it cannot be read as an Excel workbook: it is damaged, protected by a password, or of")


def test_a_workbook_without_rows_or_bytes_lands_without_rows(home: LandingHome, tmp_path: Path) -> None:
    put_workbook(home, {"Deals": [NAMES]})
    home.put("in/b.xlsx", b"")
    report = home.land(feed(tmp_path, "", "deal_events"))
    assert [(file.rows_read, file.rows_landed) for file in report.landed] == [(0, 0), (0, 0)]
    assert len(describe_warnings(report)) == 2


def test_dimensions_that_are_wrong_in_the_file_hide_no_rows(home: LandingHome, tmp_path: Path) -> None:
    put_workbook(home, {"Deals": [NAMES, [1, "d", "l", "won", 1, None, "2026-11-02"]]})
    change_sheet(home, {b'<dimension ref="A1:G2"': b'<dimension ref="A1"'})
    assert not home.land(feed(tmp_path, "", "deal_events")).refused
    assert home.ask("select event_id from raw.deal_events") == [("1",)]
