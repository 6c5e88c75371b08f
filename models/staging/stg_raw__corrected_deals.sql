{#-
One row per deal that has to be rebuilt, because since the watermark the current statement of a record that names it, or
has named it, is another one, because its lead has to be, or because a merge of its family has landed; and per deal of the
family of such a deal.
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

families as (
    select * from {{ ref('stg_raw__merge_families') }}
),

watermark as (
    select * from {{ source('build', 'watermark') }}
),

find_changed as (
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

    union distinct

    select record_id as deal_id
    from families
    where
        record_type = 'deal'
        and changed_in_file > (select watermark.file_number from watermark)
)

select deal_id
from find_changed

union distinct

{{ select_relatives('deal', 'find_changed') }}
