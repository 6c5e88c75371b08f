"""The rows behind the waterfall of one SLA in its current month, read from the mart."""

from typing import Any

import duckdb

from lead_sla.mart.reading import Record, fetch

DAYS = """
select
    day(date) as day,
    date,
    isodow(date) > 5 or not is_business_day as is_quiet,
    date = (select as_of_date from publication) as is_today,
    actual::double as actual,
    actual_cumulative::double as actual_cumulative,
    target_daily::double as target_daily,
    target_cumulative::double as target_cumulative,
    gap::double as gap,
    attainment_rate::double as attainment_rate,
    projected_low::double as projected_low,
    projected_total::double as projected_total,
    projected_high::double as projected_high,
from fct_sla_daily_cumulative
where sla_id = $1 and period_start = (select date_trunc('month', as_of_date) from publication)
order by day
"""

BOOKINGS = """
with

days as (
    select date, unit
    from fct_sla_daily_cumulative
    where
        sla_id = $1
        and date between (select date_trunc('month', as_of_date) from publication)
        and (select as_of_date from publication)
),

booked as (
    select event_type, date, case any_value(unit) when 'leads' then sum(leads) when 'points' then sum(points)
        else sum(value) end as amount
    from days
    inner join fct_sla_daily using (date)
    where sla_id = $1
    group by all
)

select
    day(days.date) as day,
    coalesce(types.label, types.event_type) as type,
    types.funnel_rank as rank,
    coalesce(booked.amount, 0)::double as amount,
from days
cross join dim_event_types as types
left join booked on days.date = booked.date and types.event_type = booked.event_type
where types.event_type in (select event_type from booked)
order by rank desc, day
"""
# Vega draws a legend without an entry millions of pixels high.
NOTHING_BOOKED: Record = {"day": 1, "type": "nothing booked", "rank": 0, "amount": 0.0}


def waterfall_data(mart: duckdb.DuckDBPyConnection, sla_id: str) -> dict[str, list[Record]]:
    """The rows of each named source of `month.waterfall`."""
    days = fetch(mart, DAYS, [sla_id])
    bookings = fetch(mart, BOOKINGS, [sla_id]) or [NOTHING_BOOKED]
    return {"days": days, "bookings": bookings, "forecast": _forecast(days)}


def _forecast(days: list[Record]) -> list[dict[str, Any]]:
    today = next((day for day in days if day["is_today"]), None)
    if today is None or today["projected_total"] is None or today["day"] == days[-1]["day"]:
        return []
    reached = dict.fromkeys(("low", "middle", "high"), today["actual_cumulative"])
    return [
        {"day": today["day"], **reached},
        {
            "day": days[-1]["day"],
            "low": today["projected_low"],
            "middle": today["projected_total"],
            "high": today["projected_high"],
        },
    ]
