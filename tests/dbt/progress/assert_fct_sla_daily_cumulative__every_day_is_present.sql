{{ config(meta={'dagster': {'ref': {'name': 'fct_sla_daily_cumulative'}}}) }}
{#-
Every SLA has a row for every day of every period, and no others. Returns a row per SLA and date that is missing or
unexpected; if it fails, the chart has a gap.
-#}
with

daily_cumulative as (
    select * from {{ ref('fct_sla_daily_cumulative') }}
),

slas as (
    select * from {{ ref('dim_slas') }}
),

dates as (
    select * from {{ ref('dim_dates') }}
),

cross_days as (
    select
        slas.sla_id,
        dates.date
    from slas
    cross join dates
)

select
    coalesce(cross_days.sla_id, daily_cumulative.sla_id) as sla_id,
    coalesce(cross_days.date, daily_cumulative.date) as date
from cross_days
full outer join daily_cumulative
    on
        cross_days.sla_id = daily_cumulative.sla_id
        and cross_days.date = daily_cumulative.date
where cross_days.sla_id is null or daily_cumulative.sla_id is null
