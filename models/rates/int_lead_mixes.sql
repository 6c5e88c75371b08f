{#- One row per period, segment (with `all`) and lead type in the mix of the months before the period: its leads. -#}
with

cohorts as (
    select * from {{ ref('int_lead_cohorts') }}
)

select
    period_start,
    segment,
    event_type,
    sum(leads) as leads
from cohorts
where
    counting = 'current'
    and lead_date >= {{ add_months('period_start', -var('mix_window_months')) }}
group by period_start, segment, event_type
