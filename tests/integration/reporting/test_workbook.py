"""The workbook, recalculated by LibreOffice: every figure is the mart's, every name is text."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from lead_sla.formatting import STATUS_WORDS
from lead_sla.mart.reading import fetch
from lead_sla.mart.status import read_sla_statuses
from lead_sla.reporting.wording import describe
from lead_sla.reporting.workbook import write_workbook
from lead_sla.reporting.workbook.sheets import Sheet
from tests.support.browser import require_program
from tests.support.harness import Company
from tests.support.reported_company import AS_OF, FORMULA

# LibreOffice trusts the values that a file brings along unless it is set not to.
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode"><value>0</value></prop>
</item>
</oor:items>"""
Cells = list[list[Any]]
# Labels that collide, that no sheet may have, or that break a reference or the file if nobody takes care.
MISNAMED = {
    "leads_all": "' [it's]:*?/\\\\ 'all'",
    "leads_emea": "Status",
    "no_goal": "UNIQUE(new) leads",
    "points_all": 'x\x01y \ufffe <&> "q" {',
    "points_apac": "HISTORY",
    "value_all": "'!A1+'",
}
UNKNOWN = "-\x02type"


pytestmark = [
    pytest.mark.external,
    pytest.mark.filterwarnings("ignore:Unable to read chart"),  # openpyxl, of what LibreOffice writes
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workbook")


@pytest.fixture(scope="module")
def written(mart: duckdb.DuckDBPyConnection, folder: Path) -> Path:
    path = folder / "lead_sla.xlsx"
    write_workbook(mart, path)
    return path


@pytest.fixture(scope="module")
def misnamed(company: Company, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The mart with labels that no sheet may have, and with a type that no card knows."""
    path = folder / "misnamed.duckdb"
    shutil.copy(company.settings.published_dir / "current" / "sla_mart.duckdb", path)
    path.chmod(0o600)
    with duckdb.connect(str(path)) as connection:
        for sla_id, label in MISNAMED.items():
            connection.execute("update rpt_sla_status set label = $2 where sla_id = $1", [sla_id, label])
        connection.execute("update fct_sla_daily set event_type = $2 where event_type = $1", [FORMULA, UNKNOWN])
        yield connection


@pytest.fixture(scope="module")
def recalculations(
    mart: duckdb.DuckDBPyConnection, misnamed: duckdb.DuckDBPyConnection, folder: Path
) -> dict[str, dict[str, Cells]]:
    """The sheets after LibreOffice has calculated workbooks whose formulas bring only zeros along."""
    soffice = require_program("soffice", "libreoffice-calc")
    right = Sheet.calculate

    def forget(sheet: Sheet, row: int, column: int, formula: str, value: float | None, *rest: Any, **more: Any) -> None:
        right(sheet, row, column, formula, None if value is None else 0, *rest, **more)

    marts = {"right": mart, "misnamed": misnamed}
    files = {name: folder / f"{name}.xlsx" for name in marts}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Sheet, "calculate", forget)
        for name, connection in marts.items():
            write_workbook(connection, files[name])
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE)
    places = ["--outdir", str(folder / "out"), *map(str, files.values())]
    subprocess.run(
        [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx", *places],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return {name: read_values(folder / "out" / f"{name}.xlsx") for name in marts}


@pytest.fixture(scope="module")
def recalculated(recalculations: dict[str, dict[str, Cells]]) -> dict[str, Cells]:
    return recalculations["right"]


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
        date, if(is_business_day, 'yes', 'no'), target_daily, actual, target_cumulative, actual_cumulative, gap,
        attainment_rate,
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


# The lists, asked for in another way than the workbook does.
LISTS = {
    "Goals": """
        select sla_id as "SLA", period_start as "Month",
            (select if(unit = 'value', 'USD', unit) from dim_slas as slas where slas.sla_id = goals.sla_id) as "Unit",
            goal_basis as "Basis", target as "Target",
            custom_amount as "Agreed figure", last_period as "Last month",
            same_period_last_year as "Same month last year", trailing_3_average as "Mean of last three",
            plan as "Revenue plan"
        from fct_sla_goals as goals where period_start >= '2025-06-01' order by 1, 2 desc
    """,
    "Rate card": """
        select period_start as "Month", event_type as "Type", close_rate as "Close rate %", points as "Points",
            average_deal_value as "Average deal (USD)", value as "Value (USD)", rate_source as "Source"
        from fct_rate_cards where period_start >= '2025-06-01' order by 1 desc, 2
    """,
    "Close rates": """
        select segment as "Segment", event_type as "Type", method as "Estimate", leads as "Leads",
            customers as "Customers", close_rate as "Close rate %", close_rate_low as "At least %",
            close_rate_high as "At most %", shrunk_close_rate as "Shrunk %"
        from fct_close_rates where period_start = '2026-06-01' order by 1, 2, 3
    """,
    "Sources": """
        select period_start as "Month", if(source_kind = 'channel', 'channel', 'landing page') as "Kind",
            source as "Source", leads as "Leads", customers as "Customers", close_rate as "Close rate %",
            close_rate_low as "At least %", close_rate_high as "At most %", points as "Points",
            value as "Value (USD)", won_value as "Won (USD)"
        from fct_source_close_rates where period_start >= '2025-06-01' order by 1 desc, 2, 4 desc, 3
    """,
}
DAY_TITLES = ["Date", "Working day", "Goal of the day", "Booked", "Goal to date", "Delivered so far", "Gap", "Attained"]


def test_every_figure_of_every_sheet_is_the_mart_s(
    mart: duckdb.DuckDBPyConnection, recalculated: dict[str, Cells]
) -> None:
    wanted = months(mart)
    names = list(recalculated)
    assert names[0] == "Status"
    assert names[len(wanted) + 1 :] == ["Daily by type", *LISTS, "Read me"]
    compared = 0
    for name, days in zip(names[1 : len(wanted) + 1], wanted.values(), strict=True):
        assert len(days) == 30
        assert recalculated[name][3][:8] == DAY_TITLES
        compared += check([row[:10] for row in recalculated[name][4:]], days)
    for name, sql in LISTS.items():
        rows = fetch(mart, sql)
        compared += check(recalculated[name], [list(rows[0]), *(list(row.values()) for row in rows)])
    assert compared > 2500


def by_type(mart: duckdb.DuckDBPyConnection) -> Cells:
    sql = """
    select sla_id, date, event_type, leads, card, leads * card, points - leads * card, points, value
    from (
        select *, (
            select points from fct_rate_cards
            where event_type = daily.event_type and period_start = '2026-06-01'
        ) as card
        from fct_sla_daily as daily
        where date >= '2026-06-01'
    )
    order by sla_id, date, event_type
    """
    return [list(row) for row in mart.execute(sql).fetchall()]


def test_leads_times_points_and_upgrades_make_the_points_that_were_booked(
    mart: duckdb.DuckDBPyConnection, recalculated: dict[str, Cells]
) -> None:
    sheet, wanted = recalculated["Daily by type"], by_type(mart)
    check(sheet[4:], wanted)
    assert max(row[6] for row in wanted) > 1, "without upgrades this shows nothing"
    shown = [row for row in wanted if row[0] == "leads_all"]
    sums = {column: sum(row[column] for row in shown) for column in (3, 5, 6, 7, 8)}
    assert {column: sheet[1][column] for column in sums} == pytest.approx(sums)
    assert sums[5] + sums[6] == pytest.approx(sums[7])
    delivered = fetch(mart, "select actual_cumulative from rpt_sla_status where sla_id = 'leads_all'")
    assert sums[3] == delivered[0]["actual_cumulative"]


def test_the_status_follows_the_sheets_of_the_months(
    mart: duckdb.DuckDBPyConnection, recalculated: dict[str, Cells]
) -> None:
    wanted = [
        [
            sla.label,
            sla.sla_id,
            sla.actual_cumulative,
            sla.target_cumulative,
            sla.attainment_rate,
            sla.target,
            STATUS_WORDS[sla.status],
            describe(sla),
        ]
        for sla in read_sla_statuses(mart)
    ]
    check(recalculated["Status"][4:], wanted)


def test_programs_that_do_not_calculate_see_the_same(written: Path, recalculated: dict[str, Cells]) -> None:
    for name, cells in read_values(written).items():
        for row, again in zip(cells, recalculated[name], strict=True):
            assert len(row) == len(again)
            assert all(map(same, row, again)), (name, row, again)
    errors = [
        cell for cells in recalculated.values() for row in cells for cell in row if str(cell).startswith(("#", "Err"))
    ]
    assert errors == []


def test_labels_that_no_sheet_may_have_break_nothing(
    misnamed: duckdb.DuckDBPyConnection, recalculations: dict[str, dict[str, Cells]]
) -> None:
    sheets = recalculations["misnamed"]
    assert list(sheets)[1:7] == [
        "it's        'all",
        "Status (2)",
        "UNIQUE (new) leads",
        'x y   <&> "q" {',
        "HISTORY (2)",
        "!A1+",
    ]
    rows = sheets["Status"][4:]
    assert [row[0] for row in rows] == [*list(MISNAMED.values())[:3], 'x␁y \ufffd <&> "q" {', "HISTORY", "'!A1+'"]
    wanted = [
        [one.actual_cumulative, one.target_cumulative, one.attainment_rate, one.target]
        for one in read_sla_statuses(misnamed)
    ]
    check([row[2:6] for row in rows], wanted)
    unknown = [row for row in sheets["Daily by type"][4:] if row[2] == "-␂type"]
    booked = misnamed.execute(
        "select leads, points from fct_sla_daily where event_type = $1 and date >= '2026-06-01' order by sla_id, date",
        [UNKNOWN],
    ).fetchall()
    check([row[3:8] for row in unknown], [[leads, None, None, None, points] for leads, points in booked])


def test_the_month_is_the_one_of_the_publication(recalculated: dict[str, Cells]) -> None:
    assert recalculated["Status"][0][0] == f"Lead SLA on {AS_OF}"
    assert list(recalculated.values())[1][4][0] == date(2026, 6, 1)
