"""The workbook: the month's figures, with sums as formulas and native charts."""

from pathlib import Path

import duckdb
import xlsxwriter

from lead_sla.mart.reading import fetch
from lead_sla.mart.status import read_band_record, read_sla_statuses
from lead_sla.reporting.wording import describe_band
from lead_sla.reporting.workbook.lists import name_of_company, write_by_type, write_list, write_read_me, write_status
from lead_sla.reporting.workbook.sheets import Book, sheet_name
from lead_sla.reporting.workbook.waterfall import write_waterfall

# Each list: the name of the sheet, and its query of the last thirteen months. The headings of money have the currency.
LISTS = {
    "Goals": """
        select sla_id as "SLA", period_start as "Month",
            case unit when 'value' then reporting_currency else unit end as "Unit",
            fct_sla_goals.goal_basis as "Basis", target as "Target",
            custom_amount as "Agreed figure", last_period as "Last month",
            same_period_last_year as "Same month last year", trailing_3_average as "Mean of last three",
            plan as "Revenue plan"
        from fct_sla_goals
        inner join dim_slas using (sla_id)
        cross join publication
        where period_start > (select as_of_date - interval 13 month from publication)
        order by sla_id, period_start desc
    """,
    "Rate card": """
        select period_start as "Month", event_type as "Type", close_rate as "Close rate %", points as "Points",
            average_deal_value as "Average deal, money", value as "Value, money", rate_source as "Source"
        from fct_rate_cards
        where period_start > (select as_of_date - interval 13 month from publication)
        order by period_start desc, event_type
    """,
    "Close rates": """
        select segment as "Segment", event_type as "Type", method as "Estimate", leads as "Leads",
            customers as "Customers", close_rate as "Close rate %", close_rate_low as "At least %",
            close_rate_high as "At most %", shrunk_close_rate as "Shrunk %"
        from fct_close_rates
        where period_start = (select date_trunc('month', as_of_date) from publication)
        order by segment, event_type, method
    """,
    "Sources": """
        select period_start as "Month", replace(source_kind, '_', ' ') as "Kind", source as "Source", leads as "Leads",
            customers as "Customers", close_rate as "Close rate %", close_rate_low as "At least %",
            close_rate_high as "At most %", points as "Points", value as "Value, money", won_value as "Won, money"
        from fct_source_close_rates
        where period_start > (select as_of_date - interval 13 month from publication)
        order by period_start desc, source_kind, leads desc, source
    """,
}


def write_workbook(mart: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the workbook of the version that `mart` is open on; equal marts result in equal files.

    A sheet per SLA with its current month, the list of all of them with their status, and the lists behind it.
    """
    (publication,) = fetch(mart, "from publication")
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as workbook:
        workbook.set_properties({"title": name_of_company(publication), "created": publication["published_at"]})
        book = Book(workbook)
        statuses = read_sla_statuses(mart)
        # "History" is a reserved name in Excel.
        taken = {"history", "status", "daily by type", "read me", *(name.lower() for name in LISTS)}
        names = [sheet_name(sla.label, taken) for sla in statuses]
        status = book.add_sheet("Status")
        months = [write_waterfall(book, mart, sla, name) for sla, name in zip(statuses, names, strict=True)]
        write_status(status, publication, statuses, months)
        currency = publication["reporting_currency"]
        write_by_type(book.add_sheet("Daily by type"), mart, currency)
        for name, sql in LISTS.items():
            write_list(book.add_sheet(name), fetch(mart, sql), currency)
        write_read_me(book.add_sheet("Read me"), publication, describe_band(read_band_record(mart)))
