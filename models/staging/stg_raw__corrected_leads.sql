{#-
One row per lead that a record names, or has named, whose current statement is another one since the watermark.
-#}
{{ config(materialized='view') }}
with

lead_rows as (
    select * from {{ ref('stg_raw__lead_rows') }}
),

records as (
    select * from {{ ref('stg_raw__records') }}
),

watermark as (
    select * from {{ source('build', 'watermark') }}
)

select distinct lead_rows.lead_id
from lead_rows
inner join records
    on
        lead_rows.feed = records.feed
        and lead_rows.record_id = records.record_id
where records.changed_in_file > (select watermark.file_number from watermark)
