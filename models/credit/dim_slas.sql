{#- One row per SLA that Marketing and Sales have agreed on. -#}
select
    sla_id,
    label,
    unit,
    segment,
    pacing,
    goal_basis
from {{ ref('sla_definitions') }}
