{#- One row per date from the first day of the first period to the last day of as_of_date's month. -#}
with

periods as (
    select * from {{ ref('int_month_spine') }}
),

list_days as (
    select
        {{ explode_dates('period_start', 'period_end_date') }} as date,
        period_start
    from periods
)

select
    date,
    period_start,
    {{ days_between('period_start', 'date') }} + 1 as day_of_period,
    {{ iso_weekday('date') }} as iso_weekday,
    {{ iso_weekday('date') }} >= 6 as is_weekend
from list_days
