{#-
One row per SLA and date of a month that can be forecast, up to as_of_date: what was expected so far and for the days
ahead, in the SLA's unit, by what share more has come so far (surplus), and how much that counts as long as no past
month has been compared (prior_weight).
-#}
with

progress as (
    select * from {{ ref('int_sla_progress') }}
),

daily_rates as (
    select * from {{ ref('int_sla_daily_rates') }}
),

seasons as (
    select * from {{ ref('int_sla_month_seasons') }}
),

adjust_rates as (
    select
        daily_rates.sla_id,
        daily_rates.date,
        daily_rates.period_start,
        daily_rates.days_left,
        seasons.month_number,
        seasons.month_total,
        daily_rates.usual_rate * seasons.season_factor as expected
    from daily_rates
    inner join seasons
        on
            daily_rates.sla_id = seasons.sla_id
            and daily_rates.period_start = seasons.period_start
),

sum_rates as (
    select
        adjust_rates.*,
        count(*) over (partition by sla_id, period_start) as days_of_month,
        sum(expected) over (partition by sla_id, period_start order by date) as expected_gone,
        coalesce(
            sum(expected) over (
                partition by sla_id, period_start
                order by date
                rows between 1 following and unbounded following
            ),
            0
        ) as expected_ahead
    from adjust_rates
),

join_actuals as (
    select
        sum_rates.*,
        progress.actual_cumulative,
        sum_rates.days_of_month * {{ ratio('expected_gone', 'expected_gone + expected_ahead') }} as days_gone
    from sum_rates
    inner join progress
        on
            sum_rates.sla_id = progress.sla_id
            and sum_rates.date = progress.date
    where progress.actual_cumulative is not null
)

select
    sla_id,
    date,
    period_start,
    month_number,
    days_left,
    month_total,
    actual_cumulative,
    expected_gone,
    expected_ahead,
    coalesce({{ ratio('actual_cumulative', 'expected_gone') }} - 1, 0) as surplus,
    days_gone / (days_gone + {{ var('forecast_prior_days') }}) as prior_weight
from join_actuals
