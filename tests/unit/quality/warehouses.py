"""Two small warehouses that pass every check: what landed, and the finished marts, for the same last day."""

import shutil
from datetime import date
from pathlib import Path

from lead_sla.quality.checks import CheckResult, SuiteResult
from lead_sla.settings import Settings, load_settings
from lead_sla.warehouse import connect

AS_OF = date(2026, 11, 22)

RAW_SCHEMA = """
create schema raw;
create table raw.feeds (feed varchar, kind varchar, feed_order integer, is_configured boolean);
create table raw.landed_files (
    file_id varchar, file_number bigint, feed varchar, kind varchar, path varchar, size_bytes bigint,
    rows_read bigint, rows_landed bigint, rows_rejected bigint, rows_filtered bigint, landed_at timestamp,
    read_again_at timestamp
);
create table raw.lead_events (
    file_id varchar, file_number bigint, row_number bigint, feed varchar, landed_at timestamp,
    event_id varchar, lead_id varchar, event_type varchar, occurred_at timestamp, occurred_date date,
    segment varchar, landing_page varchar, channel varchar, attributes json
);
create table raw.deal_events (
    file_id varchar, file_number bigint, row_number bigint, feed varchar, landed_at timestamp,
    event_id varchar, deal_id varchar, lead_id varchar, stage varchar, amount decimal(18, 2), currency varchar,
    occurred_at timestamp, occurred_date date, attributes json
);
create table raw.record_merges (file_number bigint, row_number bigint, feed varchar);
create table raw.rejected_rows (
    file_id varchar, file_number bigint, feed varchar, path varchar, line_number bigint, column_name varchar,
    reason varchar, original_text varchar, landed_at timestamp
);
insert into raw.feeds by name
select * from (values ('lead_events', 'lead_events', 1, true), ('deal_events', 'deal_events', 2, true))
    as feeds(feed, kind, feed_order, is_configured);
"""

# Ninety days to 22 November: ten lead events a day at noon UTC, five deal events a day as bare dates.
RAW_ROWS = """
insert into raw.lead_events
select
    'f1', 1, n + 2, 'lead_events', timestamp '2026-11-23 04:00:00',
    'e' || n, 'l' || n,
    case when n % 10 < 6 then 'whitepaper' when n % 10 < 9 then 'webinar' else 'demo' end,
    timestamp '2026-11-22 12:00:00' - to_days(cast(n // 10 as integer)), null,
    'emea', case when n % 2 = 0 then '/guide' end, 'email', null
from range(900) as numbers(n);

insert into raw.deal_events
select
    'f2', 2, n + 2, 'deal_events', timestamp '2026-11-23 04:00:00',
    'd' || n, 'deal' || n, 'l' || n,
    case when n % 5 < 3 then 'proposal' when n % 5 = 3 then 'won' else 'lost' end,
    case when n % 5 > 0 then 1000 end, 'USD',
    null, date '2026-11-22' - cast(n // 5 as integer), null
from range(450) as numbers(n);

insert into raw.landed_files values
    ('f1', 1, 'lead_events', 'lead_events', 'lead_events/november.csv', 1, 900, 900, 0, 0, '2026-11-23 04:00:00', null),
    ('f2', 2, 'deal_events', 'deal_events', 'deal_events/november.csv', 1, 450, 450, 0, 0, '2026-11-23 04:00:00', null);
"""

# After a case has added or removed events: the files hold what they hold, so that only the case itself is wrong.
RECOUNT_FILES = """
update raw.landed_files set
    rows_landed = (select count(*) from raw.lead_events as events where events.file_id = landed_files.file_id)
        + (select count(*) from raw.deal_events as events where events.file_id = landed_files.file_id);
update raw.landed_files set rows_read = rows_landed + rows_rejected + rows_filtered;
"""

MART_SCHEMA = """
create schema marts;
create table marts.dim_slas (sla_id varchar, label varchar, unit varchar, segment varchar);
create table marts.fct_sla_goals (sla_id varchar, period_start date, target double);
create table marts.fct_close_rates (
    period_start date, segment varchar, event_type varchar, method varchar, leads bigint, customers double,
    close_rate double, close_rate_low double, close_rate_high double, shrunk_close_rate double
);
create table marts.fct_rate_cards (period_start date, event_type varchar, close_rate double, points double);
create table marts.fct_sla_daily (
    sla_id varchar, date date, event_type varchar, leads bigint, points double, value double
);
create table marts.fct_sla_daily_cumulative (
    sla_id varchar, date date, period_start date, unit varchar, segment varchar, elapsed_share double, actual double,
    actual_cumulative double, target double, target_cumulative double, hit_probability double, status varchar
);
create table marts.rpt_sla_status (sla_id varchar, as_of_date date, date date, status varchar);
insert into marts.dim_slas values
    ('leads_all', 'Leads', 'leads', 'all'), ('points_all', 'Points', 'points', 'all'),
    ('value_emea', 'Value', 'value', 'emea');
insert into marts.fct_sla_goals select sla_id, date '2026-11-01', 90.3 from marts.dim_slas;
"""

# October and November: two leads a day until 22 November, a goal of 90.3, a tenth of a point a lead.
MART_ROWS = """
insert into marts.fct_sla_goals
select sla_id, date '2026-10-01', 90.3 from marts.dim_slas;

insert into marts.fct_rate_cards
select period_start, event_type, 0.07, 100 * 0.07
from (values (date '2026-10-01'), (date '2026-11-01')) as periods(period_start)
cross join (values ('demo'), ('webinar')) as event_types(event_type);

insert into marts.fct_close_rates
select period_start, 'all', 'demo', method, 100, 5, 0.05, 0.0215, 0.1118, 0.06
from (select distinct period_start from marts.fct_rate_cards)
cross join (values ('observed'), ('kaplan_meier'), ('any_touch')) as methods(method)
union all
select distinct period_start, 'emea', 'demo', 'matured', 0, 0, null, null, null, null from marts.fct_rate_cards;

insert into marts.fct_sla_daily
select sla_id, cast(day as date), 'demo', 2, 0.1, 20.05
from marts.dim_slas
cross join generate_series(timestamp '2026-10-01', timestamp '2026-11-22', interval 1 day) as days(day);
"""

# The chart, from whatever goals and bookings there are.
MART_CHART = """
insert into marts.fct_sla_daily_cumulative
with days as (
    select slas.sla_id, slas.unit, slas.segment, goals.period_start, goals.target, cast(day as date) as date
    from marts.dim_slas as slas
    inner join marts.fct_sla_goals as goals using (sla_id)
    cross join lateral generate_series(goals.period_start, last_day(goals.period_start), interval 1 day) as s(day)
),
booked as (
    select
        days.*,
        day(date) / day(last_day(date)) as elapsed_share,
        case when date <= date '2026-11-22' then coalesce(
            case unit when 'leads' then daily.leads when 'points' then daily.points else daily.value end, 0
        ) end as actual
    from days left join marts.fct_sla_daily as daily using (sla_id, date)
)
select
    sla_id, date, period_start, unit, segment, elapsed_share, actual,
    case when actual is not null then sum(actual) over month_to_date end,
    target, target * elapsed_share, case when actual is not null then 0.5 end,
    case when actual is not null then 'on_track' end
from booked window month_to_date as (partition by sla_id, period_start order by date);
insert into marts.rpt_sla_status
select sla_id, date '2026-11-22', date, status from marts.fct_sla_daily_cumulative where date = date '2026-11-22';
"""


def settings_of(home: Path, business_timezone: str = "UTC") -> Settings:
    """Settings for a warehouse in a folder of its own."""
    return load_settings(home=home, memory_limit="1GB", threads=1, business_timezone=business_timezone)


def write(settings: Settings, *statements: str) -> None:
    """Run SQL on the warehouse, made if missing; nothing holds it afterward."""
    settings.home.mkdir(parents=True, exist_ok=True)
    connection = connect(settings)
    try:
        for statement in statements:
            connection.execute(statement)
    finally:
        connection.close()


def copy(settings: Settings, home: Path) -> Settings:
    """A copy of a warehouse, to be corrupted."""
    home.mkdir(parents=True, exist_ok=True)
    copied = settings_of(home, settings.business_timezone)
    shutil.copy(settings.warehouse_path, copied.warehouse_path)
    return copied


def failures(result: SuiteResult) -> dict[str, CheckResult]:
    """The checks that do not hold, by name."""
    return {check.name: check for check in result.checks if not check.passed}
