{#-
One row per SLA and date of every month that can be forecast: what such a day usually brings, in the SLA's unit, from
the days of the window before the month. A month has no rows when the SLA's history in the window is too short or all
its rates are 0.
-#}
with

progress as (
    select * from {{ ref('int_sla_progress') }}
),

dates as (
    select * from {{ ref('dim_dates') }}
),

-- The kind of a day is its weekday; a holiday on a weekday is an eighth kind.
classify_days as (
    select
        progress.sla_id,
        progress.date,
        progress.period_start,
        progress.is_business_day,
        progress.actual,
        case when dates.is_weekend or progress.is_business_day then dates.iso_weekday else 8 end as day_kind,
        min(case when {{ exceeds('abs(progress.actual)', 0) }} then progress.date end) over (
            partition by progress.sla_id
        ) as first_date,
        cast(
            count(*) over (partition by progress.sla_id, progress.period_start) - dates.day_of_period as integer
        ) as days_left
    from progress
    inner join dates on progress.date = dates.date
),

list_windows as (
    select distinct
        sla_id,
        period_start,
        greatest(first_date, {{ add_days('period_start', -var('forecast_window_days')) }}) as window_start
    from classify_days
),

find_long_windows as (
    select *
    from list_windows
    where {{ days_between('window_start', 'period_start') }} >= {{ var('forecast_minimum_days') }}
),

sum_kinds as (
    select
        windows.sla_id,
        windows.period_start,
        days.day_kind,
        days.is_business_day,
        sum(days.actual) as actual,
        count(*) as days
    from find_long_windows as windows
    inner join classify_days as days
        on
            windows.sla_id = days.sla_id
            and windows.window_start <= days.date
            and windows.period_start > days.date
    group by windows.sla_id, windows.period_start, days.day_kind, days.is_business_day
),

average_groups as (
    select
        sla_id,
        period_start,
        is_business_day,
        {{ ratio('sum(actual)', 'sum(days)') }} as mean_actual
    from sum_kinds
    group by sla_id, period_start, is_business_day
),

shrink_rates as (
    select
        days.sla_id,
        days.date,
        days.period_start,
        days.days_left,
        (coalesce(kinds.actual, 0) + {{ var('forecast_shrinkage_days') }} * coalesce(day_groups.mean_actual, 0))
        / (coalesce(kinds.days, 0) + {{ var('forecast_shrinkage_days') }}) as rate
    from classify_days as days
    inner join find_long_windows as windows
        on
            days.sla_id = windows.sla_id
            and days.period_start = windows.period_start
    left join sum_kinds as kinds
        on
            days.sla_id = kinds.sla_id
            and days.period_start = kinds.period_start
            and days.day_kind = kinds.day_kind
    left join average_groups as day_groups
        on
            days.sla_id = day_groups.sla_id
            and days.period_start = day_groups.period_start
            and days.is_business_day = day_groups.is_business_day
),

find_highest_rates as (
    select
        shrink_rates.*,
        max(rate) over (partition by sla_id, period_start) as highest_rate
    from shrink_rates
)

select
    sla_id,
    date,
    period_start,
    days_left,
    case when {{ exceeds('rate', 0) }} then rate else 0 end as usual_rate
from find_highest_rates
where {{ exceeds('highest_rate', 0) }}
