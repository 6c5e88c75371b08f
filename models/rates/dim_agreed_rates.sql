{#- One row per event type and day from which its agreed close rate (ratio) counts, and who signed it. -#}
select
    effective_from,
    event_type,
    close_rate,
    approved_by_marketing,
    approved_by_sales,
    note
from {{ ref('agreed_rate_card') }}
