{#-
One row per landed deal event, with what became of it in `disposition`. The judgement of a row depends on what landed
before it, and on whether its lead has come: rows of files that are not settled yet are judged, and again those whose
lead was unknown until now.
-#}
{{ config(
    materialized='incremental',
    unique_key=['file_number', 'row_number'],
) }}
with

deal_events as (
    select * from {{ source('raw', 'deal_events') }}
),

feeds as (
    select * from {{ source('raw', 'feeds') }}
),

deal_stages as (
    select * from {{ ref('deal_stages') }}
),

exchange_rates as (
    select * from {{ ref('exchange_rates') }}
),

lead_rows as (
    select * from {{ source('raw', 'lead_events') }}
),

lead_events as {{ not_materialized() }} (
    select * from {{ ref('stg_raw__lead_events') }}
),

watermark as (
    select * from {{ source('build', 'watermark') }}
),

{%- if is_incremental() %}

list_new_leads as (
    select distinct lead_id
    from lead_rows
    where file_number > (select watermark.file_number from watermark)
),

-- Rows of the same id are needed to number the copies.
find_affected as (
    select
        feed,
        event_id
    from deal_events
    where file_number > (select watermark.file_number from watermark)

    union distinct

    select
        judged.feed,
        judged.event_id
    from {{ this }} as judged
    inner join list_new_leads on judged.lead_id = list_new_leads.lead_id
    where judged.disposition = 'unknown_lead'
),
{%- endif %}

list_known_currencies as (
    select currency from exchange_rates
    union distinct
    select '{{ var("reporting_currency") }}' as currency
),

apply_defaults as (
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
        deal_events.stage,
        deal_events.amount,
        coalesce(deal_events.currency, '{{ var("reporting_currency") }}') as currency,
        case
            when deal_events.occurred_date is null then deal_events.occurred_at
            else {{ local_midnight('deal_events.occurred_date') }}
        end as occurred_at,
        case
            when deal_events.occurred_date is null then {{ local_date('deal_events.occurred_at') }}
            else deal_events.occurred_date
        end as occurred_date,
        deal_events.attributes
    from deal_events
    inner join feeds on deal_events.feed = feeds.feed
    {%- if is_incremental() %}
    inner join find_affected
        on
            deal_events.feed = find_affected.feed
            and deal_events.event_id = find_affected.event_id
    {%- endif %}
),

list_known_leads as (
    select distinct lead_events.lead_id
    from lead_events
    where
        lead_events.disposition = 'accepted'
        and lead_events.lead_id in (select apply_defaults.lead_id from apply_defaults)
),

number_copies as (
    select
        apply_defaults.*,
        row_number() over (
            partition by feed, event_id
            order by file_number, row_number
        ) as landing_position,
        row_number() over (
            partition by feed, event_id, deal_id, lead_id, stage, amount, currency, occurred_at
            order by file_number, row_number
        ) as copy_number
    from apply_defaults
),

judge as (
    select
        number_copies.*,
        deal_stages.outcome,
        deal_stages.stage_rank,
        case
            when number_copies.copy_number > 1 then 'replayed'
            when deal_stages.stage is null then 'unknown_stage'
            when number_copies.lead_id is not null and list_known_leads.lead_id is null then 'unknown_lead'
            when number_copies.amount < 0 then 'negative_amount'
            when list_known_currencies.currency is null then 'unknown_currency'
            when number_copies.occurred_date > {{ add_days('number_copies.landed_date', 1) }} then 'occurred_in_future'
            when number_copies.landing_position > 1 then 'conflicting_duplicate'
            else 'accepted'
        end as disposition
    from number_copies
    left join deal_stages on number_copies.stage = deal_stages.stage
    left join list_known_leads on number_copies.lead_id = list_known_leads.lead_id
    left join list_known_currencies on number_copies.currency = list_known_currencies.currency
)

select
    feed,
    feed_order,
    file_id,
    file_number,
    row_number,
    landed_at,
    event_id,
    deal_id,
    lead_id,
    stage,
    outcome,
    stage_rank,
    amount,
    currency,
    occurred_at,
    occurred_date,
    attributes,
    disposition
from judge
