"""A small published mart, made with plain DuckDB, for tests of the commands that answer from it."""

from collections.abc import Mapping
from datetime import date

import duckdb

from lead_sla.months import month_after
from lead_sla.settings import Settings

TABLES = """
create table publication (as_of_date date);
create table dim_slas (sla_id varchar, unit varchar, segment varchar);
create table fct_rate_cards (
    period_start date, event_type varchar, close_rate double, average_deal_value double, rate_source varchar,
    calibration_method varchar
);
create table fct_close_rates (
    period_start date, segment varchar, event_type varchar, method varchar, leads bigint, close_rate_low double,
    close_rate_high double, shrunk_close_rate double
);
create table fct_weighted_close_rates (
    period_start date, segment varchar, weighted_close_rate double, average_deal_value double
);
create table fct_lead_mixes (
    period_start date, segment varchar, event_type varchar, leads bigint, share double, close_rate double
);
create table fct_sla_daily (sla_id varchar, date date, event_type varchar, leads bigint);
create table fct_sla_daily_cumulative (sla_id varchar, date date, period_start date, actual_cumulative double);
create table fct_sla_goals (
    sla_id varchar, period_start date, custom_amount double, last_period double, same_period_last_year double,
    trailing_3_average double, plan double
);
create table rpt_next_month_goals as from fct_sla_goals;
create table rpt_plan_requirements (
    segment varchar, period_start date, customers double, leads double, points double, value double
);
insert into dim_slas values ('leads_all', 'leads', 'all'), ('points_emea', 'points', 'emea');
"""


def publish_mart(
    settings: Settings,
    mix: Mapping[str, tuple[int, float | None]],
    *,
    as_of: str = "2026-03-20",
    deal_value: float | None = 20000,
    agreed: tuple[str, ...] = (),
) -> None:
    """Publish one month, that of `as_of`, whose mix has so many leads of each type, at such a close rate (ratio)."""
    settings.mart_path.parent.mkdir(parents=True, exist_ok=True)
    month = date.fromisoformat(as_of).replace(day=1)
    leads = sum(count for count, _ in mix.values())
    rates = [(count, rate) for count, rate in mix.values() if rate is not None]
    weighted = sum(count * rate for count, rate in rates) / leads if leads and len(rates) == len(mix) else None
    with duckdb.connect(str(settings.mart_path)) as mart:
        mart.execute(TABLES)
        mart.execute("insert into publication values ($1)", [as_of])
        for table, period in (("fct_sla_goals", month), ("rpt_next_month_goals", month_after(month, 1))):
            mart.execute(f"insert into {table} select sla_id, $1, null, null, null, null, null from dim_slas", [period])
        mart.execute("insert into fct_weighted_close_rates values ($1, 'all', $2, $3)", [month, weighted, deal_value])
        for event_type, (count, rate) in mix.items():
            source = "agreed" if event_type in agreed else "life_table"
            mart.execute(
                "insert into fct_rate_cards values ($1, $2, $3, $4, $5, 'life_table')",
                [month, event_type, rate, deal_value, source],
            )
            mart.execute(
                "insert into fct_close_rates values ($1, 'all', $2, 'life_table', $3, 0.01, 0.2, 0.0523456789)",
                [month, event_type, count],
            )
            if count:
                mart.execute(
                    "insert into fct_lead_mixes values ($1, 'all', $2, $3, $4, $5)",
                    [month, event_type, count, count / leads, rate],
                )


def change_mart(settings: Settings, sql: str) -> None:
    """Run statements against the published mart."""
    with duckdb.connect(str(settings.mart_path)) as mart:
        mart.execute(sql)
