"""A small made-up warehouse with a schema `marts`, for tests of what comes after the models.

`run` is written into two tables, so that a reader who sees two refreshes at once can tell.
"""

from datetime import UTC, date, datetime

import duckdb

from lead_sla.publishing import Publication, publish
from lead_sla.settings import Settings
from lead_sla.warehouse import connect

AS_OF = date(2026, 5, 20)

TABLES = """
create schema if not exists raw;
create or replace table raw.landed_files as select 'file-1' as file_id, 1::bigint as file_number;

create schema if not exists staging;
create or replace table staging.quarantined_events (file_number bigint, row_number bigint);
create schema if not exists intermediate;
create or replace table intermediate.int_deal_versions (
    deal_id varchar, lead_id varchar, valid_from date, valid_to date, won_date date
);
create or replace table intermediate.int_figure_changes (
    sla_id varchar, date date, figure varchar, period_start date, current_value double, is_published boolean
);
create or replace table intermediate.int_restated_figures (
    sla_id varchar, date date, figure varchar, period_start date, previous_value double, current_value double
);
create or replace table intermediate.int_rate_card_changes (
    period_start date, event_type varchar, close_rate double, points double, value double, rate_source varchar,
    is_published boolean
);

create schema if not exists marts;
create or replace table marts.dim_slas (
    sla_id varchar not null, label varchar not null, unit varchar not null, segment varchar not null,
    pacing varchar not null, goal_basis varchar not null
);
insert into marts.dim_slas values
    ('volume', 'Leads, all regions', 'leads', 'all', 'calendar_days', 'custom'),
    ('points', 'Points [EMEA]', 'points', 'emea', 'business_days', 'custom'),
    ('money', 'Value of leads', 'value', 'all', 'calendar_days', 'last_period');

create or replace table marts.fct_sla_daily (
    sla_id varchar not null, date date not null, event_type varchar not null, leads bigint not null,
    points decimal(18, 2), value double
);
comment on table marts.fct_sla_daily is 'What was booked, it''s one row per SLA, day and type.';
comment on column marts.fct_sla_daily.leads is 'Leads booked that day.';
insert into marts.fct_sla_daily
select 'volume', date '2026-05-20' - day::integer, event_type, $run, case when day % 7 > 0 then day end, day / 3
from range(400) as days (day), (values ('demo'), ('ebook')) as types (event_type)
order by hash(day);

create or replace table marts.fct_sla_daily_cumulative (
    sla_id varchar not null, date date not null, period_start date not null, unit varchar not null,
    segment varchar not null, is_business_day boolean not null, actual double, target_daily double
);
insert into marts.fct_sla_daily_cumulative
select sla_id, date '2026-05-01' + day::integer, date '2026-05-01', unit, segment, day % 7 not in (1, 2),
    case when day < 20 then 5 end, 9
from range(31) as days (day) cross join marts.dim_slas;

create or replace table marts.fct_sla_goals (
    sla_id varchar not null, period_start date not null, goal_basis varchar not null
);
insert into marts.fct_sla_goals select sla_id, date '2026-05-01', goal_basis from marts.dim_slas;

create or replace table marts.fct_rate_cards (
    period_start date not null, event_type varchar not null, close_rate double, points double, value double,
    rate_source varchar
);

create or replace table marts.dim_agreed_targets (
    sla_id varchar not null, period_start date not null, effective_from date not null, goal_basis varchar not null,
    amount double, change_policy varchar not null, reason varchar, approved_by_marketing varchar,
    approved_by_sales varchar
);
create or replace table marts.dim_agreed_rates (
    effective_from date not null, event_type varchar not null, close_rate double not null, average_deal_value double,
    approved_by_marketing varchar, approved_by_sales varchar, note varchar
);

create or replace table marts.rpt_restatements (
    sla_id varchar not null, date date not null, figure varchar not null, period_start date not null,
    is_closed_period boolean not null, was_published_at timestamp not null, published_at timestamp not null,
    previous_value double, current_value double, change double, reason varchar not null
);

create or replace table marts.rpt_sla_status (
    sla_id varchar not null, label varchar not null, as_of_date date not null, date date not null,
    period_start date not null, unit varchar not null, segment varchar not null, is_business_day boolean not null,
    elapsed_share double not null, actual double, actual_cumulative double, target double, target_daily double,
    target_cumulative double, gap double, attainment_rate double, required_per_remaining_weight double,
    run_rate_projection double, projected_total double, projected_low double, projected_high double,
    hit_probability double, status varchar
);
insert into marts.rpt_sla_status by name
select
    sla_id, label, unit, segment, date '2026-05-20' as as_of_date, date '2026-05-20' as date,
    date '2026-05-01' as period_start, true as is_business_day, 0.645 as elapsed_share,
    case sla_id when 'volume' then 1234 when 'points' then 87.25 when 'money' then 1234567.8 end as actual_cumulative,
    case sla_id when 'volume' then 1000 when 'points' then 100 end as target_cumulative,
    case sla_id when 'volume' then 1.234 when 'points' then 0.8725 end as attainment_rate,
    case sla_id when 'volume' then 29.6 when 'points' then 9.5 end as required_per_remaining_weight,
    case sla_id when 'volume' then 1560 when 'points' then 154 end as target,
    case sla_id when 'volume' then 'ahead' when 'points' then 'at_risk' else 'no_target' end as status
from marts.dim_slas;

create or replace table marts.rpt_data_quality (
    feed varchar not null, reason varchar not null, row_count bigint not null, new_row_count bigint not null
);
insert into marts.rpt_data_quality values
    ('lead_events', 'landed', $run + 2000, 120), ('lead_events', 'accepted', $run + 1900, 110),
    ('lead_events', 'replayed', 4, 4), ('lead_events', 'unknown_event_type', 96, 6), ('lead_events', 'rejected', 33, 3),
    ('deal_events', 'landed', 50, 50), ('deal_events', 'accepted', 49, 49), ('deal_events', 'replayed', 0, 0),
    ('deal_events', 'unknown_lead', 1, 1), ('deal_events', 'rejected', 0, 0), ('deal_events', 'won_before_lead', 7, 0),
    ('gone', 'rejected', 500, 0);
"""


def fill_warehouse(settings: Settings, run: int) -> None:
    """Make the marts of refresh number `run`."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with connect(settings) as connection:
        connection.execute(TABLES.replace("$run", str(run)))


def change_warehouse(settings: Settings, sql: str) -> None:
    """Run one statement against the warehouse."""
    with connect(settings) as connection:
        connection.execute(sql)


def publish_run(settings: Settings, run: int) -> Publication:
    """Fill the warehouse and publish it, a minute after run number `run - 1`."""
    fill_warehouse(settings, run)
    return publish(settings, f"run-{run}", AS_OF, datetime(2026, 5, 21, 6, run, tzinfo=UTC), "0123abc")


def read_runs(connection: duckdb.DuckDBPyConnection) -> set[int]:
    """The run numbers that one connection to the published mart sees; more than one is a mixed version."""
    facts = connection.execute("select min(leads), max(leads) from fct_sla_daily").fetchall()[0]
    landed = connection.execute(
        "select row_count - 2000 from rpt_data_quality where feed = 'lead_events' and reason = 'landed'"
    ).fetchall()[0]
    run_id = connection.execute("select run_id from publication").fetchall()[0][0]
    return {*facts, *landed, int(run_id.removeprefix("run-"))}
