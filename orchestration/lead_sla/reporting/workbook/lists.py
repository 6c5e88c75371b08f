"""The other sheets: status, daily figures by type, plain lists, and the guide to the workbook."""

from dataclasses import replace
from typing import Any

import duckdb
from xlsxwriter.utility import xl_rowcol_to_cell

from lead_sla.formatting import STATUS_WORDS
from lead_sla.mart.reading import Record, fetch
from lead_sla.mart.status import SlaStatus
from lead_sla.reporting.wording import describe
from lead_sla.reporting.workbook.sheets import Column, Sheet, reference
from lead_sla.reporting.workbook.waterfall import DELIVERED, GOAL, GOAL_TO_DATE, Month

HEAD, FIRST = 3, 4
BY_TYPE = """
select sla_id, date, daily.event_type, leads, cards.points as card_points, daily.points, daily.value
from fct_sla_daily as daily
left join fct_rate_cards as cards
    on daily.event_type = cards.event_type and cards.period_start = date_trunc('month', daily.date)
where date_trunc('month', daily.date) = (select date_trunc('month', as_of_date) from publication)
order by sla_id, date, daily.event_type
"""
BY_TYPE_COLUMNS = [
    Column("SLA", "text", 22),
    Column("Date", "date", 13),
    Column("Type", "text", 26),
    Column("Leads", "count", 9),
    Column("Points of the card", "number", 12),
    Column("First credit", "number", 12),
    Column("Upgrades", "number", 12),
    Column("Points", "number", 12),
    Column("Value, money", "number", 14),
]
SLA, DATE, TYPE, LEADS, CARD, FIRST_CREDIT, UPGRADES, POINTS, VALUE = range(len(BY_TYPE_COLUMNS))
STATUS_COLUMNS = [
    Column("Agreement", "text", 34),
    Column("SLA", "text", 18),
    Column("Delivered", "number", 13),
    Column("Goal to date", "number", 13),
    Column("Attained", "percent", 11),
    Column("Goal of the month", "number", 13),
    Column("Status", "text", 12),
    Column("In words", "wrapped", 80),
]
LIST_WIDTH = 18
MONEY = ", money"  # in a heading, where the currency of the company is shown
READ_ME_WIDTH = 100
ROUNDED_TO = 9  # the digits after which a difference of equal figures is binary noise, shown as -0.0
READ_ME = {
    "Sheets of the agreements": "The current month, day by day. Goal of the day and Booked are figures of the mart; "
    "the sums, the gap and the attainment are formulas on them. Gray days are not business days.",
    "Leads, points, value": "A lead counts once, on its first day. 100 points are one expected customer: a lead's "
    "points are its close rate times 100. Its value is the close rate times the average deal.",
    "Goal to date": "The part of the month's goal that is due by the end of that day.",
    "Attained": "What was delivered, as a share of the goal to date.",
    "Forecast": "What has come, and what the days left usually bring; 8 of 10 months should end between at least "
    "and at most.",
    "Daily by type": "First credit is the leads times the points of the card. Upgrades are the points added by leads "
    "that moved up to a better type. Both together are the points that were booked. SLAs can share leads, so the "
    "filter starts with one; choose another there.",
    "Goals": "The goal on each basis, and the target in use.",
    "Rate card": "What a lead of each type is worth in a month, and the method or agreement it is based on.",
    "Close rates": "This month's estimates. The true rate is between at least and at most with 95 % confidence; "
    "shrunk means moved toward the mean of all types, the more the fewer leads there are.",
    "Sources": "The leads of the twelve months before each month by the source of their first event: how they close, "
    "what they are worth on the month's rate card, and what was won of them. Channels and landing pages have the same "
    "leads.",
    "An empty cell": "Not available, or not available yet.",
    "Changes": "The next refresh overwrites this file; changes to it are lost.",
}


def write_status(sheet: Sheet, publication: Record, statuses: list[SlaStatus], months: list[Month]) -> None:
    """One row per SLA, with references to its sheet."""
    sheet.put(0, 0, f"{name_of_company(publication)} on {publication['as_of_date']}", "title")
    sheet.put(1, 0, f"Refresh began {publication['published_at']:%Y-%m-%d %H:%M} UTC", "note")
    sheet.head(HEAD, STATUS_COLUMNS)
    for row, (sla, month) in enumerate(zip(statuses, months, strict=True), start=FIRST):
        words = describe(sla)
        sheet.fit_height(row, words, STATUS_COLUMNS[-1].width)
        sheet.put(row, 0, sla.label, "text")
        sheet.put(row, 1, sla.sla_id, "text")
        _write_figures(sheet, row, sla, month)
        sheet.put(row, 6, STATUS_WORDS[sla.status], "text")
        sheet.put(row, 7, words, "wrapped")


def _write_figures(sheet: Sheet, row: int, sla: SlaStatus, month: Month) -> None:
    figures = ((2, DELIVERED, sla.actual_cumulative), (3, GOAL_TO_DATE, sla.target_cumulative))
    for column, source, value in figures:
        # A future day has nothing to refer to.
        known = None if month.counted is None else value
        cell = reference(month.name, xl_rowcol_to_cell(month.counted or month.first, source))
        sheet.calculate(row, column, f"={cell}", known, "number")
    delivered, goal = xl_rowcol_to_cell(row, 2), xl_rowcol_to_cell(row, 3)
    sheet.calculate(row, 4, f"={delivered}/{goal}", sla.attainment_rate, "percent")
    days = f"{xl_rowcol_to_cell(month.first, GOAL)}:{xl_rowcol_to_cell(month.last, GOAL)}"
    sheet.calculate(row, 5, f"=SUM({reference(month.name, days)})", sla.target, "number")


def write_by_type(sheet: Sheet, mart: duckdb.DuckDBPyConnection, currency: str) -> None:
    """The daily figures by type: leads times points, upgrades, and their sum; one SLA is shown."""
    rows = [row | _split_credit(row) for row in fetch(mart, BY_TYPE)]
    sheet.put(0, 0, "This month by day and type", "title")
    sheet.put(1, 0, "Sum of the rows shown", "note")
    sheet.head(HEAD, [replace(column, title=_headed(column.title, currency)) for column in BY_TYPE_COLUMNS])
    shown: list[Record] = []
    for number, row in enumerate(rows, start=FIRST):
        _write_booking(sheet, number, row)
        # SLAs with the same leads do not add up, so only one is shown until the filter is changed.
        if row["sla_id"] == rows[0]["sla_id"]:
            shown.append(row)
        else:
            sheet.worksheet.set_row(number, options={"hidden": True})
    last = FIRST + max(len(rows), 1) - 1
    totals = (
        (LEADS, "leads", "total_count"),
        (FIRST_CREDIT, "first_credit", "total"),
        (UPGRADES, "upgrades", "total"),
        (POINTS, "points", "total"),
        (VALUE, "value", "total"),
    )
    for column, name, style in totals:
        cells = f"{xl_rowcol_to_cell(FIRST, column)}:{xl_rowcol_to_cell(last, column)}"
        sheet.calculate(1, column, f"=SUBTOTAL(109,{cells})", sum(row[name] or 0 for row in shown), style)
    sheet.worksheet.autofilter(HEAD, 0, last, len(BY_TYPE_COLUMNS) - 1)
    if rows:
        sheet.worksheet.filter_column_list(SLA, [rows[0]["sla_id"]])


def _split_credit(row: Record) -> Record:
    if row["card_points"] is None:
        return {"first_credit": None, "upgrades": None}
    first = row["leads"] * row["card_points"]
    return {"first_credit": first, "upgrades": round(row["points"] - first, ROUNDED_TO)}


def _write_booking(sheet: Sheet, number: int, row: Record) -> None:
    sheet.put(number, SLA, row["sla_id"], "text")
    sheet.put(number, DATE, row["date"], "date")
    sheet.put(number, TYPE, row["event_type"], "text")
    sheet.put(number, LEADS, row["leads"], "count")
    sheet.put(number, CARD, row["card_points"], "number")
    leads, card = xl_rowcol_to_cell(number, LEADS), xl_rowcol_to_cell(number, CARD)
    credit, points = xl_rowcol_to_cell(number, FIRST_CREDIT), xl_rowcol_to_cell(number, POINTS)
    sheet.calculate(number, FIRST_CREDIT, f"={leads}*{card}", row["first_credit"], "number")
    sheet.calculate(number, UPGRADES, f"=ROUND({points}-{credit},{ROUNDED_TO})", row["upgrades"], "number")
    sheet.put(number, POINTS, row["points"], "number")
    sheet.put(number, VALUE, row["value"], "number")


def write_list(sheet: Sheet, rows: list[Record], currency: str) -> None:
    """The result of a query; a column whose heading ends in % contains ratios, one of money the currency."""
    titles = list(rows[0]) if rows else ["No data"]
    styles = [_style(title, [row[title] for row in rows]) for title in titles]
    headings = [
        Column(_headed(title, currency), style, LIST_WIDTH) for title, style in zip(titles, styles, strict=True)
    ]
    sheet.head(0, headings)
    for number, row in enumerate(rows, start=1):
        for place, (title, style) in enumerate(zip(titles, styles, strict=True)):
            sheet.put(number, place, row[title], style)
    if rows:
        sheet.worksheet.autofilter(0, 0, len(rows), len(titles) - 1)


def write_read_me(sheet: Sheet, publication: Record, band: str) -> None:
    """The contents of the workbook, its as-of date, and how often the `band` of the forecast has held."""
    about = {
        "Counted": f"To the end of {publication['as_of_date']}, in the zone {publication['business_timezone']}.",
        "Refresh": f"{publication['run_id']}, began {publication['published_at']:%Y-%m-%d %H:%M} UTC.",
    }
    sheet.worksheet.set_column(0, 0, 26)
    sheet.worksheet.set_column(1, 1, READ_ME_WIDTH)
    sheet.put(0, 0, "How to read this workbook", "title")
    for row, (term, meaning) in enumerate((about | READ_ME | {"The forecast so far": band}).items(), start=2):
        sheet.fit_height(row, meaning, READ_ME_WIDTH)
        sheet.put(row, 0, term, "text")
        sheet.put(row, 1, meaning, "wrapped")


def name_of_company(publication: Record) -> str:
    """The title: whose agreements these are, if the company has a name."""
    return f"Lead SLA of {publication['company']}" if publication["company"] else "Lead SLA"


def _headed(title: str, currency: str) -> str:
    return title.replace(MONEY, f" ({currency})")


def _style(title: str, values: list[Any]) -> str:
    if title == "Month":
        return "month"
    if title.endswith("%"):
        return "rate"
    kinds = {type(value) for value in values if value is not None}
    if kinds == {str}:
        return "text"
    return "count" if kinds == {int} else "number"
