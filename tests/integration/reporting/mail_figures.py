"""What the mail must list as changed since the day before, straight from the mart."""

from typing import Any

import duckdb

from lead_sla.formatting import STATUS_WORDS, show_number
from lead_sla.mart.reading import fetch

LAST_TWO_DAYS = """
select label, dim_slas.unit, today.actual, today.status, today.attainment_rate as attained,
    yesterday.status as status_before, yesterday.attainment_rate as attained_before
from publication
inner join fct_sla_daily_cumulative as today on today.date = as_of_date
inner join fct_sla_daily_cumulative as yesterday
    on today.sla_id = yesterday.sla_id and yesterday.date = as_of_date - 1
inner join dim_slas on today.sla_id = dim_slas.sla_id
"""


def expected_changes(mart: duckdb.DuckDBPyConnection) -> list[str]:
    """A line for every agreement."""
    return [_expected_change(row) for row in fetch(mart, LAST_TWO_DAYS)]


def _expected_change(row: dict[str, Any]) -> str:
    currency = "USD" if row["unit"] == "value" else None
    text = f"{row['label']}: {show_number(row['actual'], signed=True, currency=currency)} on the day"
    if row["attained"] is not None and row["attained_before"] is not None:
        text += f", attained {100 * row['attained_before']:.1f} % before and {100 * row['attained']:.1f} % now"
    if row["status"] != row["status_before"]:
        text += f", {STATUS_WORDS[row['status_before']]} before and {STATUS_WORDS[row['status']]} now"
    return text
