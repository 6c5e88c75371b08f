{#-
One row per lead, as known on as_of_date, and step up to that day: the first qualifying event, and each later one whose type ranks strictly
higher than every type before. Customer dates play no part here; the credit ledger cuts the steps off at them.
-#}
{{ config(materialized='view') }}
with

touches as (
    select * from {{ ref('int_lead_touches') }}
)

select
    lead_id,
    step_number,
    feed,
    from_type,
    event_type as to_type,
    touched_date as entry_date,
    case when next_step_date <= {{ as_of_date() }} then next_step_date end as next_entry_date,
    lead_date,
    segment,
    channel,
    landing_page
from touches
where
    is_step
    and touched_date <= {{ as_of_date() }}
    and {{ is_known_on('touches', as_of_date()) }}
