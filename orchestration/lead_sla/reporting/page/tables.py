"""The data of the page: tables of the mart for the last months."""

import base64
import gzip
import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import duckdb

from lead_sla.months import month_after

MOST_MONTHS = 13  # this one, and the twelve that its goal and its attainment are compared with
LARGEST = 1_500_000  # characters of data; with the scripts, the page is then well under 3 MB

# Complete tables, and tables of which only the months on the page are included, by their date column.
WHOLE = (
    "publication",
    "dim_slas",
    "dim_event_types",
    "dim_agreed_rates",
    "dim_agreed_targets",
    "dim_data_quality_reasons",
    "rpt_data_quality",
    "rpt_close_rate_backtest",
    "rpt_forecast_backtest",
    "rpt_forecast_calibration",
)
BY_MONTH = {
    "fct_sla_daily_cumulative": "date",
    "fct_sla_daily": "date",
    "fct_sla_goals": "period_start",
    "fct_rate_cards": "period_start",
    "fct_close_rates": "period_start",
    "fct_weighted_close_rates": "period_start",
    "fct_source_close_rates": "period_start",
    "rpt_sla_gap_drivers": "period_start",
    "rpt_sla_gap_drivers_by_type": "period_start",
    "rpt_restatements": "date",
}

Tables = dict[str, dict[str, Any]]


def read_tables(mart: duckdb.DuckDBPyConnection, first_day: date) -> Tables:
    """Each table as its column names and its columns; dates and timestamps as ISO text, numbers unchanged."""
    tables = {name: _read(mart, f"from {name} order by all") for name in WHOLE}
    for name, column in BY_MONTH.items():
        tables[name] = _read(mart, f"from {name} where {column} >= $1 order by all", [first_day])
    return tables


def pack_tables(mart: duckdb.DuckDBPyConnection, as_of_date: date) -> tuple[str, int]:
    """The tables of as many months as fit, gzipped and in base64; and how many months those are."""
    return fit(lambda months: pack(read_tables(mart, month_after(as_of_date, 1 - months))), LARGEST)


def fit(pack_months: Callable[[int], str], largest: int) -> tuple[str, int]:
    """Leave out the oldest month until the packed data is at most `largest`; the last month is always included."""
    months = MOST_MONTHS
    packed = pack_months(months)
    while len(packed) > largest and months > 1:
        months -= 1
        packed = pack_months(months)
    return packed, months


def pack(tables: Tables) -> str:
    """Tables as the page's script reads them."""
    text = json.dumps(tables, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _read(mart: duckdb.DuckDBPyConnection, sql: str, parameters: object = None) -> dict[str, Any]:
    cursor = mart.execute(sql, parameters)
    names = [column[0] for column in cursor.description or []]
    columns = list(zip(*cursor.fetchall(), strict=True)) or [()] * len(names)
    return {"names": names, "columns": [[_plain(value) for value in column] for column in columns]}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
