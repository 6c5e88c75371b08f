{{ config(meta={'dagster': {'ref': {'name': 'stg_raw__deal_events'}}}) }}
{#-
An event id is accepted once within its feed. Returns a row per id accepted more often; if it fails, a lead or a deal
is counted twice.
-#}
with

lead_events as (
    select * from {{ ref('stg_raw__lead_events') }}
),

deal_events as (
    select * from {{ ref('stg_raw__deal_events') }}
),

unite_kinds as (
    select
        feed,
        event_id
    from lead_events
    where disposition = 'accepted'
    union all
    select
        feed,
        event_id
    from deal_events
    where disposition = 'accepted'
)

select
    feed,
    event_id,
    count(*) as times_accepted
from unite_kinds
group by feed, event_id
having count(*) > 1
