{#-
One row per SLA and date of every period: what was booked, in the SLA's unit, and its sum since the first of the month.
Quiet days are 0; after as_of_date both are null.
-#}
with

days as (
    select * from {{ ref('int_sla_pacing_weights') }}
),

daily as (
    select * from {{ ref('fct_sla_daily') }}
),

sum_days as (
    select
        sla_id,
        date,
        sum(leads) as leads,
        sum(points) as points,
        sum(value) as value
    from daily
    group by sla_id, date
),

fill_spine as (
    select
        days.sla_id,
        days.date,
        days.period_start,
        days.is_business_day,
        days.elapsed_share,
        case
            when days.date <= {{ as_of_date() }}
                then coalesce({{ in_unit('days.unit', 'sum_days.leads', 'sum_days.points', 'sum_days.value') }}, 0)
        end as actual
    from days
    left join sum_days
        on
            days.sla_id = sum_days.sla_id
            and days.date = sum_days.date
)

select
    sla_id,
    date,
    period_start,
    is_business_day,
    elapsed_share,
    actual,
    case
        when actual is not null
            then sum(actual) over (partition by sla_id, period_start order by date)
    end as actual_cumulative
from fill_spine
