{{ config(meta={'dagster': {'ref': {'name': 'fct_sla_daily_cumulative'}}}) }}
{#-
The daily targets of a month add up to its target. Returns a row per SLA and period in which they do not; if it fails,
the goal line ends above or below the agreed amount.
-#}
with

daily_cumulative as (
    select * from {{ ref('fct_sla_daily_cumulative') }}
)

select
    sla_id,
    period_start,
    max(target) as target,
    sum(target_daily) as slices
from daily_cumulative
group by sla_id, period_start
having
    count(target) <> count(target_daily)
    or not {{ is_close('sum(target_daily)', 'max(target)') }}
