{#- One row per landed merge of two records, or its undoing, with its disposition as of as_of_date. -#}
{{ config(materialized='view') }}
with

merge_rows as (
    select * from {{ ref('stg_raw__merge_rows') }}
),

landed_files as (
    select * from {{ source('raw', 'landed_files') }}
),

find_last_date as (
    select {{ last_event_date() }} as last_event_date
    from landed_files
)

select
    merge_rows.feed,
    merge_rows.file_id,
    merge_rows.file_number,
    merge_rows.row_number,
    merge_rows.landed_at,
    merge_rows.event_id,
    merge_rows.record_type,
    merge_rows.from_id,
    merge_rows.into_id,
    merge_rows.action,
    merge_rows.occurred_at,
    merge_rows.occurred_date,
    case
        when
            merge_rows.disposition in ('accepted', 'conflicting_duplicate')
            and merge_rows.occurred_date > find_last_date.last_event_date
            then 'occurred_in_future'
        else merge_rows.disposition
    end as disposition
from merge_rows
cross join find_last_date
