{#- One row per SLA: the status of the current period on as_of_date. -#}
with

daily_cumulative as (
    select * from {{ ref('fct_sla_daily_cumulative') }}
),

slas as (
    select * from {{ ref('dim_slas') }}
)

select
    daily_cumulative.sla_id,
    slas.label,
    {{ as_of_date() }} as as_of_date,
    daily_cumulative.date,
    daily_cumulative.period_start,
    daily_cumulative.unit,
    daily_cumulative.segment,
    daily_cumulative.is_business_day,
    daily_cumulative.elapsed_share,
    daily_cumulative.actual,
    daily_cumulative.actual_cumulative,
    daily_cumulative.target,
    daily_cumulative.target_daily,
    daily_cumulative.target_cumulative,
    daily_cumulative.gap,
    daily_cumulative.attainment_rate,
    daily_cumulative.required_per_remaining_weight,
    daily_cumulative.run_rate_projection,
    daily_cumulative.projected_total,
    daily_cumulative.projected_low,
    daily_cumulative.projected_high,
    daily_cumulative.hit_probability,
    daily_cumulative.months_compared,
    daily_cumulative.status
from daily_cumulative
inner join slas on daily_cumulative.sla_id = slas.sla_id
where daily_cumulative.date = {{ as_of_date() }}
