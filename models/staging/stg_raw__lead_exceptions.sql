{#-
One row per landed lead event that is not accepted, whatever as_of_date, with its disposition, or that was dated more than a
day ahead when it landed, with its day as ahead_date: until then it waits in quarantine, which stg_raw__lead_events decides.
They are few, and what is stored of a row depends only on earlier rows and on its record: only rows of files above the
watermark and of records that have changed are classified. A row that is accepted again replaces its earlier disposition.
-#}
{{ config(
    materialized='incremental',
    unique_key=['file_number', 'row_number'],
) }}
with

lead_rows as {{ not_materialized() }} (
    select * from {{ ref('stg_raw__lead_rows') }}
),

record_exceptions as (
    select * from {{ ref('stg_raw__record_exceptions') }}
),

event_types as (
    select * from {{ ref('event_types') }}
),

records as (
    select * from {{ ref('stg_raw__records') }}
),

watermark as (
    select * from {{ source('build', 'watermark') }}
),

{%- if is_incremental() %}

list_new_ids as (
    select distinct event_id
    from lead_rows
    where file_number > (select watermark.file_number from watermark)
),

list_changed_records as (
    select
        feed,
        record_id
    from records
    where changed_in_file > (select watermark.file_number from watermark)
),
{%- endif %}

choose_rows as {{ not_materialized() }} (
    select
        feed,
        record_id,
        file_number,
        row_number,
        landed_at,
        landed_date,
        event_type,
        segment,
        occurred_at,
        occurred_date
    from lead_rows
    {%- if is_incremental() %}
    where
        record_id is null
        and file_number > (select watermark.file_number from watermark)

    union all

    select
        lead_rows.feed,
        lead_rows.record_id,
        lead_rows.file_number,
        lead_rows.row_number,
        lead_rows.landed_at,
        lead_rows.landed_date,
        lead_rows.event_type,
        lead_rows.segment,
        lead_rows.occurred_at,
        lead_rows.occurred_date
    from lead_rows
    inner join list_changed_records
        on
            lead_rows.feed = list_changed_records.feed
            and lead_rows.record_id = list_changed_records.record_id
    {%- endif %}
),

-- Numbering all rows would sort the whole history; those of an id that landed once need no number.
find_repeated as (
    select
        feed,
        event_id
    from lead_rows
    where
        record_id is null
        {%- if is_incremental() %}
        and event_id in (select list_new_ids.event_id from list_new_ids)
        {%- endif %}
    group by feed, event_id
    having count(*) > 1
),

number_copies as (
    select
        lead_rows.file_number,
        lead_rows.row_number,
        row_number() over (
            partition by lead_rows.feed, lead_rows.event_id
            order by lead_rows.file_number, lead_rows.row_number
        ) as landing_position,
        row_number() over (
            partition by
                lead_rows.feed,
                lead_rows.event_id,
                lead_rows.lead_id,
                lead_rows.event_type,
                lead_rows.occurred_at,
                lead_rows.segment,
                lead_rows.landing_page,
                lead_rows.channel
            order by lead_rows.file_number, lead_rows.row_number
        ) as copy_number
    from lead_rows
    inner join find_repeated
        on
            lead_rows.feed = find_repeated.feed
            and lead_rows.event_id = find_repeated.event_id
),

-- Most events happened before they landed: comparing timestamps first avoids the time zone conversion for them.
find_ahead as (
    select
        file_number,
        row_number,
        occurred_date as ahead_date
    from choose_rows
    where
        occurred_at > landed_at
        and occurred_date > {{ add_days('landed_date', 1) }}
),

find_dispositions as (
    select
        choose_rows.feed,
        choose_rows.file_number,
        choose_rows.row_number,
        case
            when record_exceptions.disposition <> 'accepted' then record_exceptions.disposition
            when number_copies.copy_number > 1 then 'replayed'
            when event_types.event_type is null then 'unknown_event_type'
            when choose_rows.segment = 'all' then 'reserved_segment'
            when choose_rows.occurred_at < {{ earliest_instant() }} then 'implausible_date'
            when number_copies.landing_position > 1 then 'conflicting_duplicate'
            else 'accepted'
        end as disposition,
        find_ahead.ahead_date
    from choose_rows
    left join event_types on choose_rows.event_type = event_types.event_type
    left join record_exceptions
        on
            choose_rows.file_number = record_exceptions.file_number
            and choose_rows.row_number = record_exceptions.row_number
    left join number_copies
        on
            choose_rows.file_number = number_copies.file_number
            and choose_rows.row_number = number_copies.row_number
    left join find_ahead
        on
            choose_rows.file_number = find_ahead.file_number
            and choose_rows.row_number = find_ahead.row_number
)

select
    feed,
    file_number,
    row_number,
    disposition,
    ahead_date
from find_dispositions
where
    disposition <> 'accepted'
    or ahead_date is not null
    {%- if is_incremental() %}
    or (file_number, row_number) in (
        select
            earlier.file_number,
            earlier.row_number
        from {{ this }} as earlier
    )
    {%- endif %}
