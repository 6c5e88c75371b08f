{#-
One row per deal and day on which one of its events changed it: what was known of the deal from valid_from
inclusive to valid_to exclusive (null: for ever), whatever as_of_date. stage is that of the latest event, amount the last
one given, in the currency of its event, and opened_date the day of the first event. won_at and won_date begin the unbroken
run of won events, null unless the deal is won; deal_value is in the reporting currency at the rate of the won date,
null without an amount or a rate. A version of a merged deal has the events of all its records and the id of the one that
stands for all; lead_id, too, is the record that stands for the person from valid_from to valid_to. Only deals are computed
of which, or of whose leads, something new has landed, or whose lead's first day decides from which as_of_date on they
count.
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

families as (
    select * from {{ ref('stg_raw__merge_families') }}
),

identities as (
    select * from {{ ref('stg_raw__record_identities') }}
),

watermark as (
    select * from {{ source('build', 'watermark') }}
),

corrected_deals as (
    select * from {{ ref('stg_raw__corrected_deals') }}
),

{%- if is_incremental() %}

find_landed_leads as (
    select distinct lead_id
    from lead_events
    where file_number > (select watermark.file_number from watermark)
),

list_new_leads as (
    select lead_id
    from find_landed_leads

    union distinct

    {{ select_relatives('lead', 'find_landed_leads') }}
),

-- A newly landed lead can release a deal's events from quarantine.
find_new_deals as (
    select distinct deal_events.deal_id
    from deal_events
    where
        deal_events.file_number > (select watermark.file_number from watermark)
        or deal_events.lead_id in (select list_new_leads.lead_id from list_new_leads)
        or deal_events.lead_ahead_date is not null
),

find_affected as (
    select deal_id
    from find_new_deals

    union distinct

    select deal_id
    from corrected_deals

    union distinct

    {{ select_relatives('deal', 'find_new_deals') }}
),
{%- endif %}

find_deals as (
    select
        coalesce(merged_deals.canonical_id, deal_events.deal_id) as deal_id,
        merged_deals.known_from,
        merged_deals.known_to,
        deal_events.feed,
        deal_events.lead_id,
        deal_events.stage,
        deal_events.outcome,
        deal_events.stage_rank,
        deal_events.amount,
        deal_events.currency,
        deal_events.occurred_at,
        deal_events.occurred_date,
        deal_events.event_id,
        deal_events.feed_order,
        deal_events.file_number,
        deal_events.row_number
    from deal_events
    left join identities as merged_deals
        on
            deal_events.deal_id = merged_deals.record_id
            and merged_deals.record_type = 'deal'
    where
        deal_events.counts_on_its_day
        {%- if is_incremental() %}
        and deal_events.deal_id in (select find_affected.deal_id from find_affected)
        {%- endif %}
),

number_events as (
    select
        find_deals.*,
        row_number() over (
            partition by deal_id, known_from
            order by occurred_at, stage_rank, event_id, feed_order, file_number, row_number
        ) as event_number
    from find_deals
),

-- Counting what is not null (or breaks a run of won events) up to each event numbers the stretches within which the
-- last such value stays the same.
number_stretches as (
    select
        number_events.*,
        count(lead_id) over same_deal as lead_stretch,
        count(amount) over same_deal as amount_stretch,
        count(case when outcome <> 'won' then 1 end) over same_deal as won_stretch,
        lead(occurred_date) over same_deal as next_event_date
    from number_events
    window same_deal as (partition by deal_id, known_from order by event_number)
),

carry_values as (
    select
        deal_id,
        known_from,
        known_to,
        feed,
        stage,
        outcome,
        occurred_date,
        next_event_date,
        min(occurred_date) over (partition by deal_id, known_from) as opened_date,
        max(lead_id) over (partition by deal_id, known_from, lead_stretch) as lead_id,
        max(amount) over same_amount as amount,
        max(case when amount is not null then currency end) over same_amount as currency,
        min(case when outcome = 'won' then occurred_at end) over same_run as run_began_at,
        min(case when outcome = 'won' then occurred_date end) over same_run as run_began_date
    from number_stretches
    window
        same_amount as (partition by deal_id, known_from, amount_stretch),
        same_run as (partition by deal_id, known_from, won_stretch)
),

keep_last_of_day as (
    select
        deal_id,
        feed,
        stage,
        outcome,
        opened_date,
        {{ later_day('occurred_date', 'known_from') }} as valid_from,
        {{ earlier_day('next_event_date', 'known_to') }} as valid_to,
        lead_id,
        amount,
        currency,
        case when outcome = 'won' then run_began_at end as won_at,
        case when outcome = 'won' then run_began_date end as won_date
    from carry_values
    where
        (next_event_date is null or next_event_date > occurred_date)
        and (next_event_date is null or known_from is null or next_event_date > known_from)
        and (known_to is null or known_to > occurred_date)
),

-- A version ends, too, where its lead becomes part of another person.
name_persons as (
    select
        versions.deal_id,
        versions.feed,
        versions.stage,
        versions.outcome,
        versions.opened_date,
        {{ later_day('versions.valid_from', 'persons.known_from') }} as valid_from,
        {{ earlier_day('versions.valid_to', 'persons.known_to') }} as valid_to,
        coalesce(persons.canonical_id, versions.lead_id) as lead_id,
        versions.amount,
        versions.currency,
        versions.won_at,
        versions.won_date
    from keep_last_of_day as versions
    left join identities as persons
        on
            versions.lead_id = persons.record_id
            and persons.record_type = 'lead'
            and (persons.known_from is null or versions.valid_to is null or versions.valid_to > persons.known_from)
            and (persons.known_to is null or versions.valid_from < persons.known_to)
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
from name_persons as versions
left join bound_rates
    on
        versions.currency = bound_rates.currency
        and {{ is_valid_on('bound_rates.valid_from', 'bound_rates.valid_to', 'versions.won_date') }}
