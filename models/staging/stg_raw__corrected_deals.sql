{#-
One row per deal that a record names, or has named, whose current statement is another one since the watermark, and per
deal of such a lead.
-#}
{{ config(materialized='view') }}
with

deal_rows as (
    select * from {{ ref('stg_raw__deal_rows') }}
),

corrected_leads as (
    select * from {{ ref('stg_raw__corrected_leads') }}
),

records as (
    select * from {{ ref('stg_raw__records') }}
),

watermark as (
    select * from {{ source('build', 'watermark') }}
)

select deal_rows.deal_id
from deal_rows
inner join records
    on
        deal_rows.feed = records.feed
        and deal_rows.record_id = records.record_id
where records.changed_in_file > (select watermark.file_number from watermark)

union distinct

select deal_id
from deal_rows
where lead_id in (select corrected_leads.lead_id from corrected_leads)
