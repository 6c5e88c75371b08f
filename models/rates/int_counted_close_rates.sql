{#-
One row per period, segment, lead type and counting method (`observed`, `matured`, `any_touch`) with leads: customers
counted, and their share of the leads.
-#}
{%- set window = var('calibration_window_months') -%}
with

cohorts as (
    select * from {{ ref('int_lead_cohorts') }}
),

window_observed as (
    select
        period_start,
        segment,
        event_type,
        case counting when 'current' then 'observed' else 'any_touch' end as method,
        leads,
        case when days_to_close is not null then leads else 0 end as customers
    from cohorts
    where lead_date >= {{ add_months('period_start', -window) }}
),

window_matured as (
    select
        period_start,
        segment,
        event_type,
        'matured' as method,
        leads,
        case when days_to_close <= {{ var('maturity_days') }} then leads else 0 end as customers
    from cohorts
    where
        counting = 'current'
        and lead_date < {{ add_days('period_start', -var('maturity_days')) }}
        and lead_date >= {{ add_months(add_days('period_start', -var('maturity_days')), -window) }}
),

unite_methods as (
    select * from window_observed
    union all
    select * from window_matured
)

select
    period_start,
    segment,
    event_type,
    method,
    sum(leads) as leads,
    sum(customers) as customers,
    {{ ratio('sum(customers)', 'sum(leads)') }} as close_rate
from unite_methods
group by period_start, segment, event_type, method
