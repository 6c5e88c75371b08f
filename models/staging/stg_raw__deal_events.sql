{#- One row per landed deal event, with the meaning of its stage and its disposition. -#}
{{ config(materialized='view') }}
with

deal_rows as (
    select * from {{ ref('stg_raw__deal_rows') }}
),

dispositions as (
    select * from {{ ref('stg_raw__deal_dispositions') }}
),

deal_stages as (
    select * from {{ ref('deal_stages') }}
)

select
    deal_rows.feed,
    deal_rows.feed_order,
    deal_rows.file_id,
    deal_rows.file_number,
    deal_rows.row_number,
    deal_rows.landed_at,
    deal_rows.event_id,
    deal_rows.deal_id,
    deal_rows.lead_id,
    deal_rows.stage,
    deal_rows.is_renamed,
    deal_stages.outcome,
    deal_stages.stage_rank,
    deal_rows.amount,
    deal_rows.currency,
    deal_rows.occurred_at,
    deal_rows.occurred_date,
    deal_rows.attributes,
    dispositions.disposition
from deal_rows
inner join dispositions
    on
        deal_rows.file_number = dispositions.file_number
        and deal_rows.row_number = dispositions.row_number
left join deal_stages on deal_rows.stage = deal_stages.stage
