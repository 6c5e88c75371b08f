{#- One row per landed lead event, with its disposition as of as_of_date. -#}
{{ config(materialized='view') }}
with

lead_rows as (
    select * from {{ ref('stg_raw__lead_rows') }}
),

exceptions as (
    select * from {{ ref('stg_raw__lead_exceptions') }}
),

landed_files as (
    select * from {{ source('raw', 'landed_files') }}
),

find_last_date as (
    select {{ last_event_date() }} as last_event_date
    from landed_files
),

-- An event that is dated ahead waits for its day; then it is accepted, unless something else is wrong with it.
judge_exceptions as (
    select
        exceptions.file_number,
        exceptions.row_number,
        case
            when
                exceptions.disposition in ('accepted', 'conflicting_duplicate')
                and exceptions.ahead_date > find_last_date.last_event_date
                then 'occurred_in_future'
            else exceptions.disposition
        end as disposition
    from exceptions
    cross join find_last_date
)

select
    lead_rows.feed,
    lead_rows.feed_order,
    lead_rows.file_id,
    lead_rows.file_number,
    lead_rows.row_number,
    lead_rows.statement_row,
    lead_rows.landed_at,
    lead_rows.event_id,
    lead_rows.record_id,
    lead_rows.lead_id,
    lead_rows.event_type,
    lead_rows.is_renamed,
    lead_rows.occurred_at,
    lead_rows.occurred_date,
    lead_rows.segment,
    lead_rows.landing_page,
    lead_rows.channel,
    lead_rows.attributes,
    coalesce(judged.disposition, 'accepted') as disposition
from lead_rows
left join judge_exceptions as judged
    on
        lead_rows.file_number = judged.file_number
        and lead_rows.row_number = judged.row_number
