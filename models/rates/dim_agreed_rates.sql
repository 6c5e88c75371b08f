{#- One row per event type and day from which its agreed close rate (ratio) and deal value count, and who signed it. -#}
select
    effective_from,
    event_type,
    close_rate,
    average_deal_value,
    approved_by_marketing,
    approved_by_sales,
    note
from {{ ref('agreed_rate_card') }}
