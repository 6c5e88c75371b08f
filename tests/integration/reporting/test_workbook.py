"""The workbook, recalculated by LibreOffice: every figure is the mart's, every name is text."""

import re
import subprocess
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from orchestration.reporting.reading import fetch
from orchestration.reporting.wording import describe, read_standings
from orchestration.reporting.workbook import LISTS, write_workbook
from orchestration.reporting.workbook.sheets import Sheet, sheet_name
from orchestration.status import STATUS_WORDS
from tests.browser import require_program
from tests.reported_company import AS_OF

# LibreOffice trusts the values that a file brings along unless it is told not to.
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode"><value>0</value></prop>
</item>
</oor:items>"""
Cells = list[list[Any]]


pytestmark = pytest.mark.filterwarnings("ignore:Unable to read chart")  # openpyxl, of what LibreOffice writes


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workbook")


@pytest.fixture(scope="module")
def written(mart: duckdb.DuckDBPyConnection, folder: Path) -> Path:
    path = folder / "lead_sla.xlsx"
    write_workbook(mart, path)
    return path


@pytest.fixture(scope="module")
def recalculated(mart: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, Cells]:
    """The sheets after LibreOffice has calculated a workbook whose formulas bring only zeros along."""
    soffice = require_program("soffice", "libreoffice-calc")
    right = Sheet.calculate

    def forget(
        sheet: Sheet, row: int, column: int, formula: str, _value: float | None, *rest: Any, **more: Any
    ) -> None:
        right(sheet, row, column, formula, 0, *rest, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Sheet, "calculate", forget)
        write_workbook(mart, folder / "zeros.xlsx")
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE)
    places = ["--outdir", str(folder / "out"), str(folder / "zeros.xlsx")]
    subprocess.run(
        [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx", *places],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return read_values(folder / "out" / "zeros.xlsx")


def read_values(path: Path) -> dict[str, Cells]:
    workbook = openpyxl.load_workbook(path, data_only=True)
    return {
        sheet.title: [[_day(cell) for cell in row] for row in sheet.iter_rows(values_only=True)] for sheet in workbook
    }


def _day(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date()
    return None if value == "" else value


def same(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, float | int) and isinstance(found, float | int):
        return found == pytest.approx(wanted, rel=1e-9, abs=1e-9)
    return found == wanted


def check(found: Cells, wanted: Cells) -> int:
    assert len(found) >= len(wanted)
    for row, expected in zip(found, wanted, strict=False):
        assert all(map(same, row, expected)), (row[: len(expected)], expected)
    assert not [row for row in found[len(wanted) :] if any(cell is not None for cell in row)]
    return sum(map(len, wanted))


def months(mart: duckdb.DuckDBPyConnection) -> dict[str, Cells]:
    """What the sheet of each SLA must hold, straight from the mart, in the order of the sheets."""
    sql = """
    select
        date, target_daily, actual, target_cumulative, actual_cumulative, gap, attainment_rate,
        case date when as_of_date then actual_cumulative when last_day(as_of_date) then today.projected_low end,
        case date when as_of_date then actual_cumulative when last_day(as_of_date) then today.projected_high end,
    from fct_sla_daily_cumulative as days
    cross join publication
    inner join (select sla_id, projected_low, projected_high from rpt_sla_status) as today using (sla_id)
    where sla_id = $1 and period_start = date_trunc('month', as_of_date)
    order by date
    """
    slas = [sla["sla_id"] for sla in fetch(mart, "select sla_id from dim_slas order by sla_id")]
    return {sla: [list(row) for row in mart.execute(sql, [sla]).fetchall()] for sla in slas}


def test_every_figure_of_every_sheet_is_the_mart_s(
    mart: duckdb.DuckDBPyConnection, recalculated: dict[str, Cells]
) -> None:
    names = list(recalculated)
    compared = 0
    for name, wanted in zip(names[1:], months(mart).values(), strict=False):
        compared += check([row[:9] for row in recalculated[name][4:]], wanted)
    by_type = mart.execute(
        "select sla_id, date, daily.event_type, leads, cards.points, leads * cards.points, "
        "daily.points - leads * cards.points, daily.points, daily.value from fct_sla_daily as daily "
        "left join fct_rate_cards as cards on cards.event_type = daily.event_type "
        "and cards.period_start = '2026-06-01' where date >= '2026-06-01' order by sla_id, date, daily.event_type"
    ).fetchall()
    sheet = recalculated["Daily by type"]
    compared += check(sheet[4:], [list(row) for row in by_type])
    assert [sheet[1][column] for column in (3, 7, 8)] == [
        pytest.approx(sum(row[column] for row in by_type)) for column in (3, 7, 8)
    ]
    for name, sql in LISTS.items():
        compared += check(recalculated[name][1:], [list(row.values()) for row in fetch(mart, sql)])
    assert compared > 3000


def test_the_status_follows_the_sheets_of_the_months(
    mart: duckdb.DuckDBPyConnection, recalculated: dict[str, Cells]
) -> None:
    wanted = [
        [
            standing.label,
            standing.actual_cumulative,
            standing.target_cumulative,
            standing.attainment_rate,
            standing.target,
            STATUS_WORDS[standing.status][0],
            describe(standing),
        ]
        for standing in read_standings(mart)
    ]
    check(recalculated["Status"][4:], wanted)


def test_programs_that_do_not_calculate_see_the_same(written: Path, recalculated: dict[str, Cells]) -> None:
    for name, cells in read_values(written).items():
        for row, again in zip(cells, recalculated[name], strict=True):
            assert all(map(same, row, again)), (name, row, again)
    errors = [
        cell for cells in recalculated.values() for row in cells for cell in row if str(cell).startswith(("#", "Err"))
    ]
    assert errors == []


def test_text_is_never_a_formula_and_sums_are(written: Path, mart: duckdb.DuckDBPyConnection) -> None:
    workbook = openpyxl.load_workbook(written)
    formulas = [cell.value for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert len(formulas) > 300
    ours = re.compile(r"=(SUM\(|SUBTOTAL\(|IF\([A-Z]|'|[A-Z]\$?\d)")
    assert [formula for formula in formulas if not ours.match(formula)] == []
    labels = [row[0].value for row in workbook["Status"].iter_rows(min_row=5)]
    assert labels == [row["label"] for row in fetch(mart, "select label from dim_slas order by sla_id")]
    assert "=1+1" in labels


def test_each_month_has_a_native_chart_of_its_own_rows(written: Path, mart: duckdb.DuckDBPyConnection) -> None:
    with zipfile.ZipFile(written) as parts:
        charts = [parts.read(name).decode() for name in parts.namelist() if re.match(r"xl/charts/chart\d+\.xml", name)]
    assert len(charts) == len(months(mart))
    for chart in charts:
        ranges = re.findall(r"<c:f>([^<]+)</c:f>", chart)
        assert any(cells.endswith("!$E$5:$E$34") for cells in ranges), ranges


def test_equal_marts_give_equal_files(mart: duckdb.DuckDBPyConnection, written: Path, tmp_path: Path) -> None:
    write_workbook(mart, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == written.read_bytes()


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Points [EMEA] / all?", "Points  EMEA    all"),
        ("History", "History (2)"),
        ("'quoted'", "quoted"),
        ("", "SLA"),
        ("x" * 40, "x" * 31),
        ("🎯" * 20, "🎯" * 15),
        ("Status", "Status (2)"),
    ],
)
def test_sheets_have_legal_names(label: str, name: str) -> None:
    assert sheet_name(label, {"status", "history"}) == name


def test_names_that_differ_in_case_or_at_the_end_get_sheets_of_their_own() -> None:
    taken: set[str] = set()
    names = [sheet_name(label, taken) for label in ("Leads", "LEADS", "x" * 31, "x" * 32)]
    assert names == ["Leads", "LEADS (2)", "x" * 31, "x" * 27 + " (2)"]


def test_the_month_is_the_one_of_the_publication(recalculated: dict[str, Cells]) -> None:
    assert recalculated["Status"][0][0] == f"Lead SLA on {AS_OF}"
    assert list(recalculated.values())[1][4][0] == date(2026, 6, 1)
