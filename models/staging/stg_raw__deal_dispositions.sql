{#-
One row per landed deal event, with its disposition whatever as_of_date. It depends on rows that landed earlier, and on
whether its lead has landed: rows of files above the watermark are classified, and again those whose lead was unknown
until now, and those whose record, or a record of whose lead, has changed. Accepted rows are kept, too, since a row that
leaves quarantine has to replace its earlier disposition. A lead is known if it, or a lead that was ever one with it by
merges, has an accepted event.
Two days say until when a row waits in quarantine, which stg_raw__deal_events decides: ahead_date is the row's own day, if it
was dated more than a day ahead when it landed, and lead_ahead_date the first day of its lead, if all its events were.
-#}
{{ config(
    materialized='incremental',
    unique_key=['file_number', 'row_number'],
) }}
with

deal_rows as {{ not_materialized() }} (
    select * from {{ ref('stg_raw__deal_rows') }}
),

deal_stages as (
    select * from {{ ref('deal_stages') }}
),

exchange_rates as (
    select * from {{ ref('exchange_rates') }}
),

landed_lead_events as (
    select * from {{ source('raw', 'lead_events') }}
),

lead_rows as {{ not_materialized() }} (
    select * from {{ ref('stg_raw__lead_rows') }}
),

lead_exceptions as (
    select * from {{ ref('stg_raw__lead_exceptions') }}
),

record_exceptions as (
    select * from {{ ref('stg_raw__record_exceptions') }}
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

records as (
    select * from {{ ref('stg_raw__records') }}
),

corrected_leads as (
    select * from {{ ref('stg_raw__corrected_leads') }}
),

{%- if is_incremental() %}

find_landed_leads as (
    select distinct lead_id
    from landed_lead_events
    where file_number > (select watermark.file_number from watermark)
),

list_new_leads as (
    select lead_id
    from find_landed_leads

    union distinct

    {{ select_relatives('lead', 'find_landed_leads') }}
),

-- Rows of the same id are needed to number the copies.
find_affected as (
    select
        feed,
        event_id
    from deal_rows
    where file_number > (select watermark.file_number from watermark)

    union distinct

    select
        deal_rows.feed,
        deal_rows.event_id
    from {{ this }} as earlier
    inner join deal_rows
        on
            earlier.file_number = deal_rows.file_number
            and earlier.row_number = deal_rows.row_number
    inner join list_new_leads on deal_rows.lead_id = list_new_leads.lead_id
    where
        earlier.disposition = 'unknown_lead'
        or earlier.lead_ahead_date is not null

    union distinct

    select
        deal_rows.feed,
        deal_rows.event_id
    from deal_rows
    where deal_rows.lead_id in (select corrected_leads.lead_id from corrected_leads)

    union distinct

    select
        deal_rows.feed,
        deal_rows.event_id
    from deal_rows
    inner join records
        on
            deal_rows.feed = records.feed
            and deal_rows.record_id = records.record_id
    where records.changed_in_file > (select watermark.file_number from watermark)
),
{%- endif %}

list_known_currencies as (
    select currency from exchange_rates
    union distinct
    select '{{ var("reporting_currency") }}' as currency
),

choose_rows as (
    select
        deal_rows.feed,
        deal_rows.file_number,
        deal_rows.row_number,
        deal_rows.landed_date,
        deal_rows.event_id,
        deal_rows.record_id,
        deal_rows.deal_id,
        deal_rows.lead_id,
        deal_rows.stage,
        deal_rows.amount,
        deal_rows.currency,
        deal_rows.occurred_at,
        deal_rows.occurred_date
    from deal_rows
    {%- if is_incremental() %}
    where
        exists (
            select 1
            from find_affected
            where
                find_affected.feed = deal_rows.feed
                and find_affected.event_id = deal_rows.event_id
        )
    {%- endif %}
),

list_named_leads as (
    select distinct lead_id
    from choose_rows
    where lead_id is not null
),

list_related_leads as (
    select lead_id
    from list_named_leads

    union distinct

    {{ select_relatives('lead', 'list_named_leads') }}
),

list_leads_with_events as (
    select
        lead_rows.lead_id,
        case
            when count(*) = count(lead_exceptions.ahead_date) then min(lead_exceptions.ahead_date)
        end as lead_ahead_date
    from lead_rows
    left join lead_exceptions
        on
            lead_rows.file_number = lead_exceptions.file_number
            and lead_rows.row_number = lead_exceptions.row_number
    where
        coalesce(lead_exceptions.disposition, 'accepted') = 'accepted'
        and lead_rows.lead_id in (select list_related_leads.lead_id from list_related_leads)
    group by lead_rows.lead_id
),

find_known_persons as (
    select
        identities.canonical_id,
        identities.known_from,
        case
            when count(*) = count(leads.lead_ahead_date) then min(leads.lead_ahead_date)
        end as lead_ahead_date
    from identities
    inner join list_leads_with_events as leads on identities.record_id = leads.lead_id
    where identities.record_type = 'lead'
    group by identities.canonical_id, identities.known_from
),

unite_leads as (
    select
        lead_id,
        lead_ahead_date
    from list_leads_with_events

    union all

    select
        identities.record_id as lead_id,
        persons.lead_ahead_date
    from identities
    inner join find_known_persons as persons
        on
            identities.canonical_id = persons.canonical_id
            and identities.known_from = persons.known_from
    where identities.record_type = 'lead'
),

list_known_leads as (
    select
        lead_id,
        case
            when count(*) = count(lead_ahead_date) then min(lead_ahead_date)
        end as lead_ahead_date
    from unite_leads
    group by lead_id
),

number_copies as (
    select
        choose_rows.*,
        row_number() over (
            partition by feed, event_id
            order by file_number, row_number
        ) as landing_position,
        row_number() over (
            partition by feed, event_id, deal_id, lead_id, stage, amount, currency, occurred_at
            order by file_number, row_number
        ) as copy_number
    from choose_rows
)

select
    number_copies.feed,
    number_copies.file_number,
    number_copies.row_number,
    case
        when record_exceptions.disposition <> 'accepted' then record_exceptions.disposition
        when number_copies.record_id is null and number_copies.copy_number > 1 then 'replayed'
        when deal_stages.stage is null then 'unknown_stage'
        when number_copies.lead_id is not null and list_known_leads.lead_id is null then 'unknown_lead'
        when number_copies.amount < 0 then 'negative_amount'
        when list_known_currencies.currency is null then 'unknown_currency'
        when number_copies.occurred_at < {{ earliest_instant() }} then 'implausible_date'
        when number_copies.record_id is null and number_copies.landing_position > 1 then 'conflicting_duplicate'
        else 'accepted'
    end as disposition,
    case
        when
            number_copies.occurred_date > {{ add_days('number_copies.landed_date', 1) }}
            then number_copies.occurred_date
    end as ahead_date,
    list_known_leads.lead_ahead_date
from number_copies
left join record_exceptions
    on
        number_copies.file_number = record_exceptions.file_number
        and number_copies.row_number = record_exceptions.row_number
left join deal_stages on number_copies.stage = deal_stages.stage
left join list_known_leads on number_copies.lead_id = list_known_leads.lead_id
left join list_known_currencies on number_copies.currency = list_known_currencies.currency
