{#-
One row per landed deal event, aliases and defaults applied, without a disposition. occurred_at is UTC, with a bare date at its
midnight in the business zone; occurred_date and landed_date are business-zone days.
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
    deal_events.event_id,
    deal_events.deal_id,
    deal_events.lead_id,
    coalesce(aliases.stage, deal_events.stage) as stage,
    aliases.alias is not null as is_renamed,
    deal_events.amount,
    coalesce(deal_events.currency, '{{ var("reporting_currency") }}') as currency,
    {{ occurrence('deal_events') }},
    deal_events.attributes
from deal_events
inner join feeds on deal_events.feed = feeds.feed
left join aliases on deal_events.stage = aliases.alias
