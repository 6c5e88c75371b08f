{#- One row per event type that a lead feed may use. -#}
select
    event_type,
    label,
    funnel_stage,
    funnel_rank,
    is_qualifying
from {{ ref('event_types') }}
