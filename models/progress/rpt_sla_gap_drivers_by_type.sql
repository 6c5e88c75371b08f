{#- One row per points or value SLA and qualifying lead type: what each type contributes to the gap to date. -#}
select
    sla_id,
    event_type,
    {{ as_of_date() }} as as_of_date,
    planned_leads,
    cast(actual_leads as bigint) as actual_leads,
    volume_effect,
    mix_effect,
    upgrade_effect,
    gap
from {{ ref('int_gap_drivers_by_type') }}
