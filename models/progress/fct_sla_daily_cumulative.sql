{#-
One row per SLA and date of every period, to the last day of as_of_date's month: the chart. Amounts are in the SLA's
unit; quiet days are 0; after as_of_date the goal continues and everything derived from actuals is null.
-#}
with

days as (
    select * from {{ ref('int_sla_pacing_weights') }}
),

curves as (
    select * from {{ ref('int_sla_target_curves') }}
),

goals as (
    select * from {{ ref('fct_sla_goals') }}
),

progress as (
    select * from {{ ref('int_sla_progress') }}
),

forecasts as (
    select * from {{ ref('int_sla_forecasts') }}
),

join_sides as (
    select
        days.sla_id,
        days.date,
        days.period_start,
        days.unit,
        days.segment,
        days.is_business_day,
        days.elapsed_share,
        days.weight_of_month - days.weight_to_date as weight_remaining,
        progress.actual,
        progress.actual_cumulative,
        goals.target,
        curves.target_cumulative,
        forecasts.projected_total,
        forecasts.projected_low,
        forecasts.projected_high,
        forecasts.hit_probability,
        forecasts.months_compared
    from days
    inner join progress
        on
            days.sla_id = progress.sla_id
            and days.date = progress.date
    inner join curves
        on
            days.sla_id = curves.sla_id
            and days.date = curves.date
    inner join goals
        on
            days.sla_id = goals.sla_id
            and days.period_start = goals.period_start
    left join forecasts
        on
            days.sla_id = forecasts.sla_id
            and days.date = forecasts.date
),

compare as (
    select
        join_sides.*,
        target_cumulative - coalesce(
            lag(target_cumulative) over (partition by sla_id, period_start order by date), 0
        ) as target_daily,
        {{ ratio('actual_cumulative', 'target_cumulative') }} as attainment_rate
    from join_sides
)

select
    sla_id,
    date,
    period_start,
    unit,
    segment,
    is_business_day,
    elapsed_share,
    actual,
    actual_cumulative,
    target,
    target_daily,
    target_cumulative,
    actual_cumulative - target_cumulative as gap,
    attainment_rate,
    case
        when weight_remaining > 0 and actual_cumulative >= target then 0
        else {{ ratio('target - actual_cumulative', 'weight_remaining') }}
    end as required_per_remaining_weight,
    {{ ratio('actual_cumulative', 'elapsed_share') }} as run_rate_projection,
    projected_total,
    projected_low,
    projected_high,
    hit_probability,
    months_compared,
    case
        when actual_cumulative is not null
            then {{ sla_status('date = ' ~ add_days(add_months('period_start', 1), -1)) }}
    end as status
from compare
