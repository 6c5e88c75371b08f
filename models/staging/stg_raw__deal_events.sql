{#-
One row per landed deal event, with the meaning of its stage and its disposition as of as_of_date. counts_on_its_day: it is
accepted, or only its own day has not come.
-#}
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
),

landed_files as (
    select * from {{ source('raw', 'landed_files') }}
),

find_last_date as (
    select {{ last_event_date() }} as last_event_date
    from landed_files
),

-- The order is that of the reasons: a lead that waits for its day is unknown, whatever else is wrong but for the stage.
judge_dispositions as (
    select
        dispositions.file_number,
        dispositions.row_number,
        case
            when
                dispositions.disposition not in ('replayed', 'unknown_stage')
                and dispositions.lead_ahead_date > find_last_date.last_event_date
                then 'unknown_lead'
            when
                dispositions.disposition in ('accepted', 'conflicting_duplicate')
                and dispositions.ahead_date > find_last_date.last_event_date
                then 'occurred_in_future'
            else dispositions.disposition
        end as disposition,
        dispositions.disposition = 'accepted'
        and (
            dispositions.lead_ahead_date is null
            or dispositions.lead_ahead_date <= find_last_date.last_event_date
        ) as counts_on_its_day,
        dispositions.lead_ahead_date
    from dispositions
    cross join find_last_date
)

select
    deal_rows.feed,
    deal_rows.feed_order,
    deal_rows.file_id,
    deal_rows.file_number,
    deal_rows.row_number,
    deal_rows.statement_row,
    deal_rows.landed_at,
    deal_rows.event_id,
    deal_rows.record_id,
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
    judged.disposition,
    judged.counts_on_its_day,
    judged.lead_ahead_date
from deal_rows
inner join judge_dispositions as judged
    on
        deal_rows.file_number = judged.file_number
        and deal_rows.row_number = judged.row_number
left join deal_stages on deal_rows.stage = deal_stages.stage
