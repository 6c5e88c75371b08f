{#-
One row per landed merge of two records, or its undoing, defaults applied, with its disposition whatever as_of_date.
occurred_at is UTC, with a bare date at its midnight in the business zone; occurred_date is a business-zone day. In a feed
whose corrections replace earlier rows, the last row of an event id counts.
-#}
{{ config(materialized='view') }}
with

record_merges as (
    select
        *,
        false as is_observed
    from {{ source('raw', 'record_merges') }}
),

feeds as (
    select * from {{ source('raw', 'feeds') }}
),

apply_defaults as (
    select
        record_merges.feed,
        feeds.feed_order,
        feeds.replaces_events,
        record_merges.file_id,
        record_merges.file_number,
        record_merges.row_number,
        record_merges.landed_at,
        record_merges.event_id,
        record_merges.record_type,
        record_merges.from_id,
        record_merges.into_id,
        coalesce(record_merges.action, 'merge') as action,
        {{ occurrence('record_merges') }}
    from record_merges
    inner join feeds on record_merges.feed = feeds.feed
),

number_copies as (
    select
        apply_defaults.*,
        row_number() over (
            partition by feed, event_id
            order by file_number, row_number
        ) as landing_position,
        row_number() over (
            partition by feed, event_id
            order by file_number desc, row_number desc
        ) as position_from_last,
        row_number() over (
            partition by feed, event_id, record_type, from_id, into_id, action, occurred_at
            order by file_number, row_number
        ) as copy_number
    from apply_defaults
)

select
    feed,
    feed_order,
    file_id,
    file_number,
    row_number,
    landed_at,
    event_id,
    record_type,
    from_id,
    into_id,
    action,
    occurred_at,
    occurred_date,
    case
        when replaces_events and position_from_last > 1 then 'superseded'
        when not replaces_events and copy_number > 1 then 'replayed'
        when from_id = into_id then 'self_merge'
        when not replaces_events and landing_position > 1 then 'conflicting_duplicate'
        else 'accepted'
    end as disposition
from number_copies
