{{ config(meta={'dagster': {'ref': {'name': 'fct_sla_periods'}}}) }}
{#-
Months, quarters and years of an SLA have the same total, that of its days in fct_sla_daily_cumulative. Returns the SLAs and grains that differ; if it fails, a month is
missing from a period or counted twice.
-#}
with

sla_periods as (
    select * from {{ ref('fct_sla_periods') }}
),

cumulative as (
    select * from {{ ref('fct_sla_daily_cumulative') }}
),

add_up_periods as (
    select
        sla_id,
        grain,
        sum(actual) as actual
    from sla_periods
    group by sla_id, grain
),

add_up_days as (
    select
        sla_id,
        sum(actual) as actual
    from cumulative
    group by sla_id
)

select
    add_up_periods.sla_id,
    add_up_periods.grain,
    add_up_periods.actual,
    add_up_days.actual as actual_of_days
from add_up_periods
inner join add_up_days on add_up_periods.sla_id = add_up_days.sla_id
where abs(add_up_periods.actual - add_up_days.actual) > 1e-6 * greatest(1, abs(add_up_days.actual))
