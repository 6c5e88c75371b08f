{#-
One row per landed deal event, aliases and defaults applied, without a disposition. occurred_at is UTC, with a bare date at
its midnight in the business zone; occurred_date and landed_date are business-zone days. An observed event happened on the
day it landed, which is part of its id. record_id is null for events of feeds that only add.
-#}
{{ config(materialized='view') }}
with

deal_events as (
    select * from {{ source('raw', 'deal_events') }}
),

aliases as (
    select
        stage,
        {{ split_codes('aliases') }} as alias
    from {{ ref('deal_stages') }}
    where aliases is not null
),

feeds as (
    select * from {{ source('raw', 'feeds') }}
)

select
    deal_events.feed,
    feeds.feed_order,
    deal_events.file_id,
    deal_events.file_number,
    deal_events.row_number,
    deal_events.landed_at,
    {{ local_date('deal_events.landed_at') }} as landed_date,
    case
        when deal_events.is_observed
            then
                deal_events.event_id
                || ':'
                || cast({{ local_date('deal_events.landed_at') }} as {{ dbt.type_string() }})
        else deal_events.event_id
    end as event_id,
    deal_events.deal_id,
    deal_events.lead_id,
    coalesce(aliases.stage, deal_events.stage) as stage,
    aliases.alias is not null as is_renamed,
    deal_events.amount,
    coalesce(deal_events.currency, '{{ var("reporting_currency") }}') as currency,
    {{ occurrence('deal_events') }},
    deal_events.attributes,
    coalesce(
        deal_events.record_id,
        case when feeds.replaces_events then deal_events.event_id end
    ) as record_id,
    coalesce(deal_events.statement_row, deal_events.row_number) as statement_row,
    coalesce(deal_events.is_observed, false) as is_observed,
    coalesce(deal_events.keeps_every_version, false) as keeps_every_version
from deal_events
inner join feeds on deal_events.feed = feeds.feed
left join aliases on deal_events.stage = aliases.alias
