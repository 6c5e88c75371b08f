{{ config(meta={'dagster': {'ref': {'name': 'stg_raw__deal_events'}}}) }}
{#-
An event id is accepted once within its feed. Looks at the ids of files that are not settled yet; those of the others
were looked at when they came. Returns a row per id accepted more often; if it fails, a lead or a deal is counted twice.
-#}
with

lead_events as (
    select * from {{ ref('stg_raw__lead_events') }}
),

deal_events as (
    select * from {{ ref('stg_raw__deal_events') }}
),

settled as (
    select * from {{ source('build', 'settled') }}
),

unite_kinds as (
    select
        feed,
        event_id,
        file_number
    from lead_events
    where disposition = 'accepted'
    union all
    select
        feed,
        event_id,
        file_number
    from deal_events
    where disposition = 'accepted'
)

select
    feed,
    event_id,
    count(*) as times_accepted
from unite_kinds
where
    event_id in (
        select new_events.event_id
        from unite_kinds as new_events
        where new_events.file_number > (select settled.file_number from settled)
    )
group by feed, event_id
having count(*) > 1
