{#-
One row per lead that has to be rebuilt, because since the watermark the current statement of a record that names it, or
has named it, is another one, or because a merge of its family has landed; and per lead of the family of such a lead.
-#}
{{ config(materialized='view') }}
with

lead_rows as (
    select * from {{ ref('stg_raw__lead_rows') }}
),

records as (
    select * from {{ ref('stg_raw__records') }}
),

families as (
    select * from {{ ref('stg_raw__merge_families') }}
),

watermark as (
    select * from {{ source('build', 'watermark') }}
),

find_changed as (
    select lead_rows.lead_id
    from lead_rows
    inner join records
        on
            lead_rows.feed = records.feed
            and lead_rows.record_id = records.record_id
    where records.changed_in_file > (select watermark.file_number from watermark)

    union distinct

    select record_id as lead_id
    from families
    where
        record_type = 'lead'
        and changed_in_file > (select watermark.file_number from watermark)
)

select lead_id
from find_changed

union distinct

{{ select_relatives('lead', 'find_changed') }}
