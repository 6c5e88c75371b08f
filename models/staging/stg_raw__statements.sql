{#-
One row per statement: what a landed row of a record feed says about one record. In an event feed whose corrections
replace earlier rows, each event is a record and each of its rows a statement. Without a version it is the lowest.
-#}
{%- set lowest_version = "cast('-99999999999999999999999999999999' as decimal(38, 6))" %}
{{ config(materialized='view') }}
with

record_statements as (
    select * from {{ source('raw', 'record_statements') }}
),

lead_events as (
    select * from {{ source('raw', 'lead_events') }}
),

deal_events as (
    select * from {{ source('raw', 'deal_events') }}
),

feeds as (
    select * from {{ source('raw', 'feeds') }}
),

list_corrected_feeds as (
    select feed
    from feeds
    where replaces_events
)

select
    feed,
    record_id,
    coalesce(version, {{ lowest_version }}) as version,
    file_number,
    row_number as statement_row,
    is_withdrawn,
    coalesce(may_repeat_events, true) as may_repeat_events
from record_statements

{% for events in ['lead_events', 'deal_events'] -%}
union all

select
    feed,
    event_id as record_id,
    {{ lowest_version }} as version,
    file_number,
    row_number as statement_row,
    false as is_withdrawn,
    false as may_repeat_events
from {{ events }}
where feed in (select list_corrected_feeds.feed from list_corrected_feeds)
{% endfor -%}
