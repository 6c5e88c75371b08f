{#-
One row per deal and day on which one of its events changed it: what was known of the deal from valid_from
inclusive to valid_to exclusive (null: for ever), whatever as_of_date. stage is that of the latest event, amount the last
one given, in the currency of its event, and opened_date the day of the first event. won_at and won_date begin the unbroken
run of won events, null unless the deal is won; deal_value is in the reporting currency at the rate of the won date,
null without an amount or a rate. Only deals are computed of which, or of whose leads, something new has landed, or
whose lead's first day decides from which as_of_date on they count.
-#}
{{ config(
    materialized='incremental',
    unique_key='deal_id',
    pre_hook="{{ delete_rows_of(ref('stg_raw__corrected_deals'), 'deal_id') }}",
) }}
with

deal_events as {{ not_materialized() }} (
    select * from {{ ref('stg_raw__deal_events') }}
),

exchange_rates as (
    select * from {{ ref('exchange_rates') }}
),

lead_events as (
    select * from {{ ref('stg_raw__lead_events') }}
),

watermark as (
    select * from {{ source('build', 'watermark') }}
),

corrected_deals as (
    select * from {{ ref('stg_raw__corrected_deals') }}
),

{%- if is_incremental() %}

-- A newly landed lead can release a deal's events from quarantine.
find_affected as (
    select distinct deal_events.deal_id
    from deal_events
    where
        deal_events.file_number > (select watermark.file_number from watermark)
        or deal_events.lead_id in (
            select lead_events.lead_id
            from lead_events
            where lead_events.file_number > (select watermark.file_number from watermark)
        )
        or deal_events.lead_ahead_date is not null

    union distinct

    select deal_id
    from corrected_deals
),
{%- endif %}

number_events as (
    select
        deal_id,
        feed,
        lead_id,
        stage,
        outcome,
        amount,
        currency,
        occurred_at,
        occurred_date,
        row_number() over (
            partition by deal_id
            order by occurred_at, stage_rank, event_id, feed_order, file_number, row_number
        ) as event_number
    from deal_events
    where
        counts_on_its_day
        {%- if is_incremental() %}
        and deal_id in (select find_affected.deal_id from find_affected)
        {%- endif %}
),

-- Counting what is not null (or breaks a run of won events) up to each event numbers the stretches within which the
-- last such value stays the same.
number_stretches as (
    select
        number_events.*,
        count(lead_id) over (partition by deal_id order by event_number) as lead_stretch,
        count(amount) over (partition by deal_id order by event_number) as amount_stretch,
        count(case when outcome <> 'won' then 1 end) over (
            partition by deal_id
            order by event_number
        ) as won_stretch,
        lead(occurred_date) over (partition by deal_id order by event_number) as next_event_date
    from number_events
),

carry_values as (
    select
        deal_id,
        feed,
        stage,
        outcome,
        occurred_date,
        next_event_date,
        min(occurred_date) over (partition by deal_id) as opened_date,
        max(lead_id) over (partition by deal_id, lead_stretch) as lead_id,
        max(amount) over (partition by deal_id, amount_stretch) as amount,
        max(case when amount is not null then currency end) over (partition by deal_id, amount_stretch) as currency,
        min(case when outcome = 'won' then occurred_at end) over (partition by deal_id, won_stretch) as run_began_at,
        min(case when outcome = 'won' then occurred_date end) over (partition by deal_id, won_stretch) as run_began_date
    from number_stretches
),

keep_last_of_day as (
    select
        deal_id,
        feed,
        stage,
        outcome,
        opened_date,
        occurred_date as valid_from,
        next_event_date as valid_to,
        lead_id,
        amount,
        currency,
        case when outcome = 'won' then run_began_at end as won_at,
        case when outcome = 'won' then run_began_date end as won_date
    from carry_values
    where next_event_date is null or next_event_date > occurred_date
),

bound_rates as (
    select
        currency,
        rate,
        effective_from as valid_from,
        lead(effective_from) over (partition by currency order by effective_from) as valid_to
    from exchange_rates
)

select
    versions.deal_id,
    versions.valid_from,
    versions.valid_to,
    versions.feed,
    versions.stage,
    versions.outcome,
    versions.lead_id,
    versions.opened_date,
    versions.won_at,
    versions.won_date,
    versions.amount,
    versions.currency,
    case
        when versions.won_date is null then null
        when versions.currency = '{{ var("reporting_currency") }}' then cast(versions.amount as double)
        else cast(versions.amount as double) * cast(bound_rates.rate as double)
    end as deal_value
from keep_last_of_day as versions
left join bound_rates
    on
        versions.currency = bound_rates.currency
        and {{ is_valid_on('bound_rates.valid_from', 'bound_rates.valid_to', 'versions.won_date') }}
