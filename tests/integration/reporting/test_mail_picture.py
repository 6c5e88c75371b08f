"""The rows behind the picture in the mail: every figure the mart's."""

import duckdb
import pytest

from lead_sla.mart.reading import fetch
from lead_sla.reporting.charts.data import waterfall_data

MONTH = """
select date, actual, actual_cumulative, target_daily, target_cumulative
from fct_sla_daily_cumulative
where sla_id = $1 and period_start = (select date_trunc('month', as_of_date) from publication)
order by date
"""


def test_the_days_are_the_mart_s_and_the_bars_add_up_to_them(mart: duckdb.DuckDBPyConnection) -> None:
    for sla in fetch(mart, "from dim_slas"):
        data = waterfall_data(mart, sla["sla_id"])
        days = fetch(mart, MONTH, [sla["sla_id"]])
        assert [{key: day[key] for key in days[0]} for day in data["days"]] == days
        stacked = 0.0
        for day in data["days"]:
            stacked += sum(row["amount"] for row in data["bookings"] if row["day"] == day["day"])
            if day["actual_cumulative"] is not None:
                assert stacked == pytest.approx(day["actual_cumulative"]), (sla["sla_id"], day["date"])


def test_the_forecast_goes_from_today_to_what_the_mart_expects(mart: duckdb.DuckDBPyConnection) -> None:
    compared = 0
    for row in fetch(mart, "from rpt_sla_status where projected_total is not null"):
        forecast = waterfall_data(mart, row["sla_id"])["forecast"]
        assert {forecast[0][edge] for edge in ("low", "middle", "high")} == {row["actual_cumulative"]}
        end = [forecast[-1][edge] for edge in ("low", "middle", "high")]
        assert end == [row["projected_low"], row["projected_total"], row["projected_high"]]
        compared += 1
    assert compared > 0
