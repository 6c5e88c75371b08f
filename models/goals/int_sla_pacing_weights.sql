{#-
One row per SLA and date, from the first period to the end of the last. weight is the day's part in the month's curve
under the SLA's pacing; elapsed_share is null in a month without any weight.
-#}
with

dates as (
    select * from {{ ref('dim_dates') }}
),

sla_definitions as (
    select * from {{ ref('sla_definitions') }}
),

holidays as (
    select * from {{ ref('holidays') }}
),

mark_business_days as (
    select
        sla_definitions.sla_id,
        sla_definitions.unit,
        sla_definitions.segment,
        sla_definitions.pacing,
        dates.date,
        dates.period_start,
        not dates.is_weekend and count(holidays.holiday_date) = 0 as is_business_day
    from dates
    cross join sla_definitions
    left join holidays
        on
            dates.date = holidays.holiday_date
            and holidays.segment in (sla_definitions.segment, 'all')
    group by
        sla_definitions.sla_id,
        sla_definitions.unit,
        sla_definitions.segment,
        sla_definitions.pacing,
        dates.date,
        dates.period_start,
        dates.is_weekend
),

weigh_days as (
    select
        mark_business_days.*,
        case when pacing = 'calendar_days' or is_business_day then 1 else 0 end as weight
    from mark_business_days
),

sum_weights as (
    select
        weigh_days.*,
        sum(weight) over (partition by sla_id, period_start order by date) as weight_to_date,
        sum(weight) over (partition by sla_id, period_start) as weight_of_month
    from weigh_days
)

select
    sla_id,
    date,
    period_start,
    unit,
    segment,
    is_business_day,
    weight,
    weight_to_date,
    weight_of_month,
    {{ ratio('weight_to_date', 'weight_of_month') }} as elapsed_share
from sum_weights
