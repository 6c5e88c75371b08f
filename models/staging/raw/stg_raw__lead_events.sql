{#- One row per landed lead event, with what became of it in `disposition`. -#}
with

lead_events as (
    select * from {{ source('raw', 'lead_events') }}
),

feeds as (
    select * from {{ source('raw', 'feeds') }}
),

event_types as (
    select * from {{ ref('event_types') }}
),

apply_defaults as (
    select
        lead_events.feed,
        feeds.feed_order,
        lead_events.file_id,
        lead_events.file_number,
        lead_events.row_number,
        lead_events.landed_at,
        {{ local_date('lead_events.landed_at') }} as landed_date,
        lead_events.event_id,
        lead_events.lead_id,
        lead_events.event_type,
        case
            when lead_events.occurred_date is null then lead_events.occurred_at
            else {{ local_midnight('lead_events.occurred_date') }}
        end as occurred_at,
        case
            when lead_events.occurred_date is null then {{ local_date('lead_events.occurred_at') }}
            else lead_events.occurred_date
        end as occurred_date,
        coalesce(lead_events.segment, 'unassigned') as segment,
        lead_events.landing_page,
        lead_events.channel,
        lead_events.attributes
    from lead_events
    inner join feeds on lead_events.feed = feeds.feed
),

number_copies as (
    select
        apply_defaults.*,
        row_number() over (
            partition by feed, event_id
            order by file_number, row_number
        ) as landing_position,
        row_number() over (
            partition by feed, event_id, lead_id, event_type, occurred_at, segment, landing_page, channel
            order by file_number, row_number
        ) as copy_number
    from apply_defaults
),

judge as (
    select
        number_copies.*,
        case
            when number_copies.copy_number > 1 then 'replayed'
            when event_types.event_type is null then 'unknown_event_type'
            when number_copies.segment = 'all' then 'reserved_segment'
            when number_copies.occurred_date > {{ add_days('number_copies.landed_date', 1) }} then 'occurred_in_future'
            when number_copies.landing_position > 1 then 'conflicting_duplicate'
            else 'accepted'
        end as disposition
    from number_copies
    left join event_types on number_copies.event_type = event_types.event_type
)

select
    feed,
    feed_order,
    file_id,
    file_number,
    row_number,
    landed_at,
    event_id,
    lead_id,
    event_type,
    occurred_at,
    occurred_date,
    segment,
    landing_page,
    channel,
    attributes,
    disposition
from judge
