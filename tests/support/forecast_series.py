"""Forecasts of made-up daily series: each is an SLA of its own, put where the models of the forecast read."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from tests.oracle.inputs import Row
from tests.support.harness import Company

MODELS = (
    "int_sla_daily_rates int_sla_month_seasons int_sla_expectations int_sla_surplus_weights int_sla_projections "
    "int_sla_forecasts"
)
TABLES = {
    "marts.dim_dates": "date date, day_of_period integer, iso_weekday integer, is_weekend boolean",
    "intermediate.int_sla_progress": (
        "sla_id varchar, date date, period_start date, is_business_day boolean, actual double, actual_cumulative double"
    ),
    "marts.fct_sla_goals": "sla_id varchar, period_start date, target double",
}


def forecasts_of_models(company: Company, series: dict[str, list[Row]], as_of: date) -> dict[str, dict[date, Row]]:
    """The forecasts of every series by day, from the models of one build.

    Args:
        company: an empty one.
        series: by the id of an SLA, a row for every day of every month: date, period_start, is_business_day, actual
            (None after `as_of`), target. All have the same days.
        as_of: the last day that counts.
    """
    fill_table(company, "marts.dim_dates", (_date_row(row["date"]) for row in next(iter(series.values()))))
    fill_table(
        company,
        "intermediate.int_sla_progress",
        ({**row, "sla_id": sla_id} for sla_id, rows in series.items() for row in with_sums(rows)),
    )
    fill_table(
        company,
        "marts.fct_sla_goals",
        ({**row, "sla_id": sla_id} for sla_id, rows in series.items() for row in rows if row["date"].day == 1),
    )
    company.build(as_of, select=MODELS)
    found: dict[str, dict[date, Row]] = {sla_id: {} for sla_id in series}
    for row in company.query("from intermediate.int_sla_forecasts"):
        found[row["sla_id"]][row["date"]] = row
    return found


def with_sums(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows with the sum since the first of the month."""
    total: Any = 0
    for row in rows:
        if row["date"] == row["period_start"]:
            total = 0
        total = None if row["actual"] is None else total + row["actual"]
        yield {**row, "actual_cumulative": total}


def fill_table(company: Company, table: str, rows: Iterator[Row]) -> None:
    """Make a table with these rows; of a row, only the table's columns."""
    names = [column.split()[0] for column in TABLES[table].split(", ")]
    path = company.settings.home / "rows.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    schema = table.partition(".")[0]
    with company.warehouse() as connection:
        connection.execute(f"create schema if not exists {schema}")
        connection.execute(f"create table {table} ({TABLES[table]})")
        connection.execute(f"copy {table} from '{path}' (header, nullstr '')")


def _date_row(day: Any) -> Row:
    return {"date": day, "day_of_period": day.day, "iso_weekday": day.isoweekday(), "is_weekend": day.isoweekday() > 5}
