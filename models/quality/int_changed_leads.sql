{#-
One row per lead whose history before the last published day is another one than was known when it was published, and
per reason. An event of a deal that names no lead counts for the lead that another event of the deal names. A merge changes
all leads of its family, or the leads of all deals of its family, if it has landed or its day has come since. Without a
number of the last landed file (it is unknown of a mart that was published without ledgers) no file counts as new.
-#}
with

last_publication as (
    select * from {{ source('raw', 'last_publication') }}
),

published_quarantined_rows as (
    select * from {{ source('raw', 'published_quarantined_rows') }}
),

published_won_deals as (
    select * from {{ source('raw', 'published_won_deals') }}
),

lead_events as {{ not_materialized() }} (
    select * from {{ ref('stg_raw__lead_events') }}
),

deal_events as (
    select * from {{ ref('stg_raw__deal_events') }}
),

deals as (
    select * from {{ ref('int_deal_versions') }}
),

merge_rows as (
    select * from {{ ref('stg_raw__merge_rows') }}
),

families as (
    select * from {{ ref('stg_raw__merge_families') }}
),

records as (
    select * from {{ ref('stg_raw__records') }}
),

corrected_records as (
    select * from {{ ref('int_corrected_records') }}
),

name_leads as (
    select distinct
        deal_id,
        lead_id
    from deal_events
    where lead_id is not null
),

-- Only the part of the history that each reason needs is read.
unite_events as {{ not_materialized() }} (
    select
        'event type renamed' as reason_of_rename,
        is_renamed,
        file_number,
        row_number,
        feed,
        record_id,
        lead_id,
        occurred_date,
        disposition
    from lead_events

    union all

    select
        'stage renamed' as reason_of_rename,
        deal_events.is_renamed,
        deal_events.file_number,
        deal_events.row_number,
        deal_events.feed,
        deal_events.record_id,
        name_leads.lead_id,
        deal_events.occurred_date,
        deal_events.disposition
    from deal_events
    inner join name_leads on deal_events.deal_id = name_leads.deal_id
),

-- What a record says again is not late, and what it says differently is found by int_corrected_records.
find_late as (
    select
        events.lead_id,
        'late events' as reason
    from unite_events as events
    left join records
        on
            events.feed = records.feed
            and events.record_id = records.record_id
            and records.first_file_number <= (select last_publication.last_file_number from last_publication)
    where
        events.file_number > (select last_publication.last_file_number from last_publication)
        and events.disposition = 'accepted'
        and events.occurred_date <= (select last_publication.as_of_date from last_publication)
        and records.record_id is null
),

find_released as (
    select
        events.lead_id,
        case
            when events.is_renamed then events.reason_of_rename
            else 'quarantine released'
        end as reason
    from unite_events as events
    inner join published_quarantined_rows as quarantined
        on
            events.file_number = quarantined.file_number
            and events.row_number = quarantined.row_number
    where
        events.disposition = 'accepted'
        and events.occurred_date <= (select last_publication.as_of_date from last_publication)
),

find_quarantined as (
    select
        events.lead_id,
        case events.disposition
            when 'unknown_event_type' then 'event type removed'
            when 'unknown_stage' then 'stage removed'
            else 'events quarantined'
        end as reason
    from unite_events as events
    left join published_quarantined_rows as quarantined
        on
            events.file_number = quarantined.file_number
            and events.row_number = quarantined.row_number
    where
        quarantined.file_number is null
        and events.disposition not in ('accepted', 'replayed', 'superseded', 'withdrawn')
        and events.file_number <= (select last_publication.last_file_number from last_publication)
        and events.occurred_date <= (select last_publication.as_of_date from last_publication)
),

-- A deal without any event that won it (its stage is gone, its day is another one) is not won, but nobody reopened it.
find_reopened as (
    select
        won_deals.lead_id,
        'deal reopened' as reason
    from published_won_deals as won_deals
    inner join deals
        on
            won_deals.deal_id = deals.deal_id
            and {{ is_valid_on('deals.valid_from', 'deals.valid_to', as_of_date()) }}
            and deals.won_date is null
    where
        won_deals.deal_id in (
            select deal_events.deal_id
            from deal_events
            where
                deal_events.disposition = 'accepted'
                and deal_events.outcome = 'won'
                and deal_events.occurred_date <= {{ as_of_date() }}
        )
),

find_changed_families as (
    select distinct
        families.record_type,
        families.family_id
    from merge_rows
    inner join families
        on
            merge_rows.record_type = families.record_type
            and merge_rows.from_id = families.record_id
    cross join last_publication
    where
        merge_rows.disposition = 'accepted'
        and merge_rows.occurred_date <= greatest(last_publication.as_of_date, {{ as_of_date() }})
        and (
            merge_rows.file_number > last_publication.last_file_number
            or merge_rows.occurred_date > least(last_publication.as_of_date, {{ as_of_date() }})
        )
),

find_merged as (
    select
        families.record_type,
        families.record_id
    from families
    inner join find_changed_families as changed
        on
            families.record_type = changed.record_type
            and families.family_id = changed.family_id
)

select
    lead_id,
    reason
from find_late

union distinct

select
    record_id as lead_id,
    'merged' as reason
from find_merged
where record_type = 'lead'

union distinct

select
    name_leads.lead_id,
    'merged' as reason
from find_merged
inner join name_leads on find_merged.record_id = name_leads.deal_id
where find_merged.record_type = 'deal'

union distinct

select
    lead_id,
    reason
from find_released

union distinct

select
    lead_id,
    reason
from find_quarantined

union distinct

select
    lead_id,
    reason
from find_reopened

union distinct

select
    lead_id,
    reason
from corrected_records
