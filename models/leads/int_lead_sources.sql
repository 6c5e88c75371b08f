{#-
One row per lead up to as_of_date, version of the lead and kind of source (`channel` or `landing_page`): where its first
qualifying event came from, `unknown` if the event does not say.
-#}
{{ config(materialized='view') }}
with

touches as (
    select * from {{ ref('int_lead_touches') }}
),

keep_first as (
    select
        lead_id,
        known_from,
        known_to,
        lead_date,
        channel,
        landing_page
    from touches
    where
        step_number = 1
        and touched_date <= {{ as_of_date() }}
)

select
    lead_id,
    known_from,
    known_to,
    lead_date,
    'channel' as source_kind,
    channel as source
from keep_first

union all

select
    lead_id,
    known_from,
    known_to,
    lead_date,
    'landing_page' as source_kind,
    landing_page as source
from keep_first
