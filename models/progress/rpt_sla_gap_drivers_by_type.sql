{#- One row per SLA, period and qualifying lead type: what each type contributes to the gap. -#}
select
    sla_id,
    period_start,
    event_type,
    date as as_of_date,
    planned_leads,
    cast(actual_leads as bigint) as actual_leads,
    volume_effect,
    mix_effect,
    upgrade_effect,
    gap
from {{ ref('int_gap_drivers_by_type') }}
