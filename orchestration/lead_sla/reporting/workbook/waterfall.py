"""One SLA's month, day by day: actual and goal as figures, the sums as formulas, and a native chart."""

from dataclasses import dataclass

import duckdb
from xlsxwriter.utility import xl_rowcol_to_cell

from lead_sla.mart.reading import Record
from lead_sla.mart.status import SlaStatus
from lead_sla.reporting.charts.data import waterfall_data
from lead_sla.reporting.wording import describe
from lead_sla.reporting.workbook.sheets import Book, Column, Sheet

COLUMNS = [
    Column("Date", "date", 12),
    Column("Working day", "text", 10),
    Column("Goal of the day", "number", 12),
    Column("Booked", "number", 12),
    Column("Goal to date", "number", 12),
    Column("Delivered so far", "number", 12),
    Column("Gap", "number", 12),
    Column("Attained", "percent", 11),
    Column("Forecast, at least", "number", 12),
    Column("Forecast, at most", "number", 12),
]
DATE, WORKING, GOAL, BOOKED, GOAL_TO_DATE, DELIVERED, GAP, ATTAINED, LOW, HIGH = range(len(COLUMNS))
HEAD, FIRST = 3, 4


@dataclass(frozen=True)
class Month:
    """The position of a month in its sheet: the rows of its days, and that of the as-of date (None: none)."""

    name: str
    first: int
    last: int
    counted: int | None
    has_goal: bool


def write_waterfall(book: Book, mart: duckdb.DuckDBPyConnection, sla: SlaStatus, name: str) -> Month:
    """Write the sheet `name` with the current month of one SLA."""
    data = waterfall_data(mart, sla.sla_id)
    days, forecast = data["days"], data["forecast"]
    sheet = book.add_sheet(name)
    sheet.put(0, 0, sla.label, "title")
    sheet.put(1, 0, describe(sla), "note")
    sheet.head(HEAD, COLUMNS)
    for row, day in enumerate(days, start=FIRST):
        _write_day(sheet, row, day)
    for point in forecast:
        row = FIRST + point["day"] - 1
        sheet.put(row, LOW, point["low"], "number", is_quiet=days[row - FIRST]["is_quiet"])
        sheet.put(row, HIGH, point["high"], "number", is_quiet=days[row - FIRST]["is_quiet"])
    counted = [row for row, day in enumerate(days, start=FIRST) if day["actual"] is not None]
    has_goal = any(day["target_cumulative"] is not None for day in days)
    month = Month(name, FIRST, FIRST + len(days) - 1, counted[-1] if counted else None, has_goal)
    unit = sla.unit.capitalize() if sla.currency is None else f"{sla.unit.capitalize()} ({sla.currency})"
    _draw(sheet, month, unit, has_forecast=bool(forecast))
    return month


def _write_day(sheet: Sheet, row: int, day: Record) -> None:
    quiet = day["is_quiet"]
    sheet.put(row, DATE, day["date"], "date", is_quiet=quiet)
    sheet.put(row, WORKING, "no" if quiet else "yes", "text", is_quiet=quiet)
    sheet.put(row, GOAL, day["target_daily"], "number", is_quiet=quiet)
    sheet.put(row, BOOKED, day["actual"], "number", is_quiet=quiet)
    sums = ((GOAL, GOAL_TO_DATE, "target_cumulative"), (BOOKED, DELIVERED, "actual_cumulative"))
    for source, target, figure in sums:
        formula = f"=SUM({xl_rowcol_to_cell(FIRST, source, row_abs=True)}:{xl_rowcol_to_cell(row, source)})"
        sheet.calculate(row, target, formula, day[figure], "number", is_quiet=quiet)
    goal, delivered = xl_rowcol_to_cell(row, GOAL_TO_DATE), xl_rowcol_to_cell(row, DELIVERED)
    sheet.calculate(row, GAP, f"={delivered}-{goal}", day["gap"], "number", is_quiet=quiet)
    ratio = f'=IF({goal}=0,"",{delivered}/{goal})'
    sheet.calculate(row, ATTAINED, ratio, day["attainment_rate"], "percent", is_quiet=quiet)
    for column in (LOW, HIGH):
        sheet.put(row, column, None, "number", is_quiet=quiet)


def _draw(sheet: Sheet, month: Month, unit: str, *, has_forecast: bool) -> None:
    chart = sheet.book.workbook.add_chart({"type": "line"})
    lines = [(DELIVERED, {"color": "#0072B2", "width": 2.5})]
    if month.has_goal:
        lines.append((GOAL_TO_DATE, {"color": "#1f2933", "width": 1.75, "dash_type": "dash"}))
    if has_forecast:
        lines += [
            (HIGH, {"color": "#56B4E9", "width": 1.75, "dash_type": "long_dash"}),
            (LOW, {"color": "#56B4E9", "width": 1.75, "dash_type": "square_dot"}),
        ]
    for column, line in lines:
        chart.add_series(
            {
                "name": [month.name, HEAD, column],
                "categories": [month.name, month.first, DATE, month.last, DATE],
                "values": [month.name, month.first, column, month.last, column],
                "line": line,
            }
        )
    chart.show_blanks_as("span")
    chart.set_x_axis({"num_format": "d", "date_axis": True, "major_unit": 2, "text_axis": False})
    grid = {"visible": True, "line": {"color": "#d9dee4"}}
    chart.set_y_axis({"name": unit, "num_format": "#,##0", "major_gridlines": grid})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 760, "height": 400})
    sheet.worksheet.insert_chart(
        HEAD, len(COLUMNS) + 1, chart, {"description": "Delivered so far against the goal to date"}
    )
