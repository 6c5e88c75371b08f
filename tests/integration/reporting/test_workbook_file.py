"""The workbook as it is written: native charts, text that stays text, one agreement shown, equal files, soon done."""

import html
import re
import shutil
import time
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest

from lead_sla.mart.reading import fetch
from lead_sla.reporting.workbook import write_workbook
from tests.support.harness import Company
from tests.support.reported_company import FORMULA, PUBLISHED_AT


@pytest.fixture(scope="module")
def written(mart: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "lead_sla.xlsx"
    write_workbook(mart, path)
    return path


def test_text_is_never_a_formula_and_sums_are(written: Path, mart: duckdb.DuckDBPyConnection) -> None:
    workbook = openpyxl.load_workbook(written)
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    formulas = [cell.value for cell in cells if cell.data_type == "f"]
    assert len(formulas) > 300
    ours = re.compile(r"=(SUM\(|SUBTOTAL\(|ROUND\(|IF\([A-Z]|'|[A-Z]\$?\d)")
    assert [formula for formula in formulas if not ours.match(formula)] == []
    assert [cell for cell in cells if cell.hyperlink] == []
    texts = {cell.value for cell in cells if cell.data_type == "s"}
    assert texts > {row["label"] for row in fetch(mart, "from dim_slas")} | {FORMULA}
    assert "=1+1" in texts


def test_each_month_has_a_native_chart_of_its_own_rows(written: Path, mart: duckdb.DuckDBPyConnection) -> None:
    with zipfile.ZipFile(written) as parts:
        names = [name for name in parts.namelist() if re.match(r"xl/charts/chart\d+\.xml", name)]
        charts = [html.unescape(parts.read(name).decode()) for name in names]
    slas = fetch(mart, "select sla_id, target from rpt_sla_status order by sla_id")
    sheets = openpyxl.load_workbook(written, read_only=True).sheetnames[1:]
    found = {}
    for chart in charts:
        lines = re.findall(r"<c:val><c:numRef><c:f>(.*?)!\$(\w)\$5:\$(\w)\$34</c:f>", chart)
        days = re.findall(r"<c:cat><c:numRef><c:f>(.*?)!\$A\$5:\$A\$34</c:f>", chart)
        ((place,),) = {(name.strip("'"),) for name, *_ in lines} | {(name.strip("'"),) for name in days}
        assert all(first == last for _, first, last in lines)
        assert len(days) == len(lines)
        found[place] = [first for _, first, _ in lines]
    wanted = {
        sheet: ["F", *([] if sla["target"] is None else ["E"]), "J", "I"]
        for sheet, sla in zip(sheets, slas, strict=False)
    }
    assert found == wanted


def test_only_one_of_agreements_that_share_leads_is_summed_until_somebody_chooses(written: Path) -> None:
    sheet = openpyxl.load_workbook(written)["Daily by type"]
    hidden = {row: sheet.row_dimensions[row].hidden for row in range(5, sheet.max_row + 1)}
    assert all(hidden[row] == (sheet.cell(row, 1).value != "leads_all") for row in hidden)
    assert sheet.auto_filter.filterColumn[0].filters.filter == ["leads_all"]


def test_the_file_was_made_when_the_version_was_published(written: Path) -> None:
    assert openpyxl.load_workbook(written).properties.created == PUBLISHED_AT.replace(tzinfo=None)


def test_equal_marts_give_equal_files(mart: duckdb.DuckDBPyConnection, written: Path, tmp_path: Path) -> None:
    write_workbook(mart, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == written.read_bytes()


def test_fifty_agreements_take_seconds(company: Company, tmp_path: Path) -> None:
    path = tmp_path / "many.duckdb"
    shutil.copy(company.settings.published_dir / "current" / "sla_mart.duckdb", path)
    path.chmod(0o600)
    with duckdb.connect(str(path)) as connection:
        for table in ("dim_slas", "rpt_sla_status", "fct_sla_daily", "fct_sla_daily_cumulative", "fct_sla_goals"):
            connection.execute(
                f"insert into {table} select copies.* replace (sla_id || '_' || copy as sla_id) "
                f"from {table} as copies cross join range(8) as numbers (copy)"
            )
        began = time.process_time()
        write_workbook(connection, tmp_path / "many.xlsx")
        assert time.process_time() - began < 10
    names = openpyxl.load_workbook(tmp_path / "many.xlsx", read_only=True).sheetnames
    assert len(names) == 6 * 9 + 7
