{#-
One row per landed lead event, aliases and defaults applied, without a disposition. occurred_at is UTC, with a bare date at
its midnight in the business zone; occurred_date and landed_date are business-zone days. An observed event happened on the
day it landed, which is part of its id. record_id is null for events of feeds that only add.
-#}
{{ config(materialized='view') }}
with

lead_events as (
    select * from {{ source('raw', 'lead_events') }}
),

aliases as (
    select
        event_type,
        {{ split_codes('aliases') }} as alias
    from {{ ref('event_types') }}
    where aliases is not null
),

feeds as (
    select * from {{ source('raw', 'feeds') }}
)

select
    lead_events.feed,
    feeds.feed_order,
    lead_events.file_id,
    lead_events.file_number,
    lead_events.row_number,
    lead_events.landed_at,
    {{ local_date('lead_events.landed_at') }} as landed_date,
    case
        when lead_events.is_observed
            then
                lead_events.event_id
                || ':'
                || cast({{ local_date('lead_events.landed_at') }} as {{ dbt.type_string() }})
        else lead_events.event_id
    end as event_id,
    lead_events.lead_id,
    coalesce(aliases.event_type, lead_events.event_type) as event_type,
    aliases.alias is not null as is_renamed,
    {{ occurrence('lead_events') }},
    coalesce(lead_events.segment, 'unassigned') as segment,
    lead_events.landing_page,
    lead_events.channel,
    lead_events.attributes,
    coalesce(
        lead_events.record_id,
        case when feeds.replaces_events then lead_events.event_id end
    ) as record_id,
    coalesce(lead_events.statement_row, lead_events.row_number) as statement_row,
    coalesce(lead_events.is_observed, false) as is_observed,
    coalesce(lead_events.keeps_every_version, false) as keeps_every_version
from lead_events
inner join feeds on lead_events.feed = feeds.feed
left join aliases on lead_events.event_type = aliases.alias
