{#-
One row per period, segment, lead type and method that counts (`observed`, `matured`, `any_touch`) with leads: customers
counted, and their share of the leads.
-#}
with

cohorts as (
    select * from {{ ref('int_lead_cohorts') }}
),

windows as (
    select * from {{ ref('int_calibration_windows') }}
),

count_customers as (
    select
        windows.period_start,
        cohorts.segment,
        cohorts.event_type,
        windows.method,
        cohorts.leads,
        case
            when cohorts.days_to_close <= coalesce(windows.max_days_to_close, cohorts.days_to_close)
                then cohorts.leads
            else 0
        end as customers
    from windows
    inner join cohorts
        on
            windows.period_start = cohorts.period_start
            and windows.counting = cohorts.counting
            and cohorts.lead_date between windows.first_lead_date and windows.last_lead_date
    where windows.estimator = 'counted'
)

select
    period_start,
    segment,
    event_type,
    method,
    sum(leads) as leads,
    sum(customers) as customers,
    {{ ratio('sum(customers)', 'sum(leads)') }} as close_rate
from count_customers
group by period_start, segment, event_type, method
