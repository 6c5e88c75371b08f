{#- One row per landed lead event, with its disposition. -#}
{{ config(materialized='view') }}
with

lead_rows as (
    select * from {{ ref('stg_raw__lead_rows') }}
),

exceptions as (
    select * from {{ ref('stg_raw__lead_exceptions') }}
)

select
    lead_rows.feed,
    lead_rows.feed_order,
    lead_rows.file_id,
    lead_rows.file_number,
    lead_rows.row_number,
    lead_rows.landed_at,
    lead_rows.event_id,
    lead_rows.lead_id,
    lead_rows.event_type,
    lead_rows.is_renamed,
    lead_rows.occurred_at,
    lead_rows.occurred_date,
    lead_rows.segment,
    lead_rows.landing_page,
    lead_rows.channel,
    lead_rows.attributes,
    coalesce(exceptions.disposition, 'accepted') as disposition
from lead_rows
left join exceptions
    on
        lead_rows.file_number = exceptions.file_number
        and lead_rows.row_number = exceptions.row_number
