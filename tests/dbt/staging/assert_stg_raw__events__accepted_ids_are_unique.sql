{{ config(meta={'dagster': {'ref': {'name': 'stg_raw__deal_events'}}}) }}
{#-
An event id is accepted once in its feed. Tests the lead event ids that landed after the last successful tests, and all
ids of deal events and merges. Returns a row per id that is accepted more than once; if it fails, a lead or a deal is counted twice.
-#}
with

lead_events as {{ not_materialized() }} (
    select * from {{ ref('stg_raw__lead_events') }}
),

deal_events as (
    select * from {{ ref('stg_raw__deal_events') }}
),

merge_events as (
    select * from {{ ref('stg_raw__merge_events') }}
),

{%- if var('tested_file_number') %}

list_new_ids as (
    select event_id from lead_events
    where file_number > {{ var('tested_file_number') }}
),
{%- endif %}

unite_kinds as (
    select
        feed,
        event_id
    from lead_events
    where
        disposition = 'accepted'
        {%- if var('tested_file_number') %}
        and event_id in (select list_new_ids.event_id from list_new_ids)
        {%- endif %}
    union all
    select
        feed,
        event_id
    from deal_events
    where disposition = 'accepted'
    union all
    select
        feed,
        event_id
    from merge_events
    where disposition = 'accepted'
)

select
    feed,
    event_id,
    count(*) as times_accepted
from unite_kinds
group by feed, event_id
having count(*) > 1
