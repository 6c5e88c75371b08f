"""The sheets around the months: the status of all, what each day brought by type, plain lists, and how to read it."""

from typing import Any

import duckdb
from xlsxwriter.utility import xl_rowcol_to_cell

from orchestration.reporting.reading import Record, fetch
from orchestration.reporting.wording import Standing, describe
from orchestration.reporting.workbook.sheets import Sheet, reference
from orchestration.reporting.workbook.waterfall import DELIVERED, GOAL, GOAL_TO_DATE, Month
from orchestration.status import STATUS_WORDS

HEAD, FIRST = 3, 4
BY_TYPE = """
select sla_id, date, event_type, leads, cards.points as card_points, daily.points, daily.value
from fct_sla_daily as daily
left join fct_rate_cards as cards using (event_type)
where
    date_trunc('month', daily.date) = (select date_trunc('month', as_of_date) from publication)
    and cards.period_start = date_trunc('month', daily.date)
order by sla_id, date, event_type
"""
STATUS = {
    "Agreement": 34,
    "Delivered": 13,
    "Goal to date": 13,
    "Attained": 11,
    "Goal of the month": 13,
    "Status": 16,
    "In words": 90,
}
READ_ME = (
    "One sheet per agreement shows its current month. Goal of the day and Booked are figures of the mart; the sums, "
    "the gap and the attainment are formulas on them. Grey days: nobody works.",
    "Forecast: where the month would end if it went on as 8 of 10 of the months before it did from this day.",
    "Daily by type: leads count once, under their first type. First credit is leads times the points of the card; "
    "upgrades are what leads that moved up to a better type added. Both together are the points that were booked.",
    "Rates ending in % are ratios. 100 points are one customer. An empty cell: not known.",
    "Numbers change with the next refresh; change nothing here that should last.",
)


def write_status(sheet: Sheet, publication: Record, standings: list[Standing], months: list[Month]) -> None:
    """Every SLA in a line, its figures taken from its own sheet."""
    sheet.put(0, 0, f"Lead SLA on {publication['as_of_date']}", "title")
    sheet.put(1, 0, f"Published {publication['published_at']:%Y-%m-%d %H:%M} UTC", "note")
    sheet.head(HEAD, list(STATUS), list(STATUS.values()))
    for row, (standing, month) in enumerate(zip(standings, months, strict=True), start=FIRST):
        sheet.put(row, 0, standing.label, "text")
        figures = ((1, DELIVERED, standing.actual_cumulative), (2, GOAL_TO_DATE, standing.target_cumulative))
        for column, source, value in figures:
            if month.counted is None or value is None:
                sheet.put(row, column, None, "number")
            else:
                cell = xl_rowcol_to_cell(month.counted, source)
                sheet.calculate(row, column, "=" + reference(month.name, cell), value, "number")
        if standing.attainment_rate is None:
            sheet.put(row, 3, None, "percent")
        else:
            delivered, goal = xl_rowcol_to_cell(row, 1), xl_rowcol_to_cell(row, 2)
            sheet.calculate(row, 3, f"={delivered}/{goal}", standing.attainment_rate, "percent")
        if standing.target is None:
            sheet.put(row, 4, None, "number")
        else:
            days = f"{xl_rowcol_to_cell(month.first, GOAL)}:{xl_rowcol_to_cell(month.last, GOAL)}"
            sheet.calculate(row, 4, f"=SUM({reference(month.name, days)})", standing.target, "number")
        sheet.put(row, 5, STATUS_WORDS[standing.status][0], "text")
        sheet.put(row, 6, describe(standing), "text")


def write_by_type(sheet: Sheet, mart: duckdb.DuckDBPyConnection) -> None:
    """What each day of the month brought, by type: leads times points, upgrades, and their sum; filter by agreement."""
    rows = fetch(mart, BY_TYPE)
    titles = ["SLA", "Date", "Type", "Leads", "Points of the card", "First credit", "Upgrades", "Points", "Value"]
    sheet.put(0, 0, "This month by day and type", "title")
    sheet.put(1, 0, "Sum of the rows that the filter shows", "note")
    sheet.head(HEAD, titles, [22, 12, 26, 9, 12, 12, 12, 12, 14])
    for number, row in enumerate(rows, start=FIRST):
        for column, (name, style) in enumerate(
            (
                ("sla_id", "text"),
                ("date", "date"),
                ("event_type", "text"),
                ("leads", "count"),
                ("card_points", "number"),
            )
        ):
            sheet.put(number, column, row[name], style)
        _write_credit(sheet, number, row)
        sheet.put(number, 7, row["points"], "number")
        sheet.put(number, 8, row["value"], "number")
    last = FIRST + max(len(rows), 1) - 1
    for column, name in ((3, "leads"), (7, "points"), (8, "value")):
        cells = f"{xl_rowcol_to_cell(FIRST, column)}:{xl_rowcol_to_cell(last, column)}"
        sheet.calculate(1, column, f"=SUBTOTAL(109,{cells})", sum(row[name] for row in rows), "total")
    sheet.worksheet.autofilter(HEAD, 0, last, len(titles) - 1)


def _write_credit(sheet: Sheet, number: int, row: Record) -> None:
    if row["card_points"] is None:
        sheet.put(number, 5, None, "number")
        sheet.put(number, 6, None, "number")
        return
    leads, points = xl_rowcol_to_cell(number, 3), xl_rowcol_to_cell(number, 4)
    credit, booked = xl_rowcol_to_cell(number, 5), xl_rowcol_to_cell(number, 7)
    first = row["leads"] * row["card_points"]
    sheet.calculate(number, 5, f"={leads}*{points}", first, "number")
    sheet.calculate(number, 6, f"={booked}-{credit}", row["points"] - first, "number")


def write_list(sheet: Sheet, rows: list[Record]) -> None:
    """A list as the query gives it; a heading that ends in % has ratios below it."""
    titles = list(rows[0]) if rows else ["Nothing to show"]
    sheet.head(0, titles, [18] * len(titles))
    for number, row in enumerate(rows, start=1):
        for column, (title, value) in enumerate(row.items()):
            sheet.put(number, column, value, _style(title, value))
    if rows:
        sheet.worksheet.autofilter(0, 0, len(rows), len(titles) - 1)


def write_read_me(sheet: Sheet, publication: Record) -> None:
    """What is in the workbook, and as of when."""
    sheet.worksheet.set_column(0, 0, 100)
    lines = [
        f"Counted to the end of {publication['as_of_date']} ({publication['business_timezone']}); published "
        f"{publication['published_at']:%Y-%m-%d %H:%M} UTC by refresh {publication['run_id']}.",
        *READ_ME,
    ]
    sheet.put(0, 0, "How to read this workbook", "title")
    for row, line in enumerate(lines, start=2):
        sheet.put(row, 0, line, "wrapped")


def _style(title: str, value: Any) -> str:
    if title == "Month":
        return "month"
    if title.endswith("%"):
        return "rate"
    return {str: "text", int: "count"}.get(type(value), "number")
