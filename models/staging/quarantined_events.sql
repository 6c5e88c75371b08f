{#-
One row per landed event that is in quarantine, with the reason. Rebuilt at each refresh from what is known now.
-#}
with

lead_events as (
    select * from {{ ref('stg_raw__lead_events') }}
),

deal_events as (
    select * from {{ ref('stg_raw__deal_events') }}
),

merge_events as (
    select * from {{ ref('stg_raw__merge_events') }}
),

landed_files as (
    select * from {{ source('raw', 'landed_files') }}
),

unite_kinds as (
    select
        'lead_events' as kind,
        feed,
        file_id,
        file_number,
        row_number,
        statement_row,
        landed_at,
        event_id,
        lead_id,
        cast(null as {{ dbt.type_string() }}) as deal_id,
        event_type as code,
        segment,
        cast(null as decimal(18, 2)) as amount,
        cast(null as {{ dbt.type_string() }}) as currency,
        occurred_at,
        occurred_date,
        disposition
    from lead_events

    union all

    select
        'deal_events' as kind,
        feed,
        file_id,
        file_number,
        row_number,
        statement_row,
        landed_at,
        event_id,
        lead_id,
        deal_id,
        stage as code,
        cast(null as {{ dbt.type_string() }}) as segment,
        amount,
        currency,
        occurred_at,
        occurred_date,
        disposition
    from deal_events

    union all

    select
        'record_merges' as kind,
        feed,
        file_id,
        file_number,
        row_number,
        row_number as statement_row,
        landed_at,
        event_id,
        case when record_type = 'lead' then from_id end as lead_id,
        case when record_type = 'deal' then from_id end as deal_id,
        action as code,
        cast(null as {{ dbt.type_string() }}) as segment,
        cast(null as decimal(18, 2)) as amount,
        cast(null as {{ dbt.type_string() }}) as currency,
        occurred_at,
        occurred_date,
        disposition
    from merge_events
)

select
    unite_kinds.feed,
    unite_kinds.kind,
    landed_files.path,
    unite_kinds.file_number,
    unite_kinds.row_number,
    unite_kinds.statement_row as line_number,
    unite_kinds.disposition as reason,
    unite_kinds.event_id,
    unite_kinds.lead_id,
    unite_kinds.deal_id,
    unite_kinds.code,
    unite_kinds.segment,
    unite_kinds.amount,
    unite_kinds.currency,
    unite_kinds.occurred_at,
    unite_kinds.occurred_date,
    unite_kinds.landed_at
from unite_kinds
inner join landed_files on unite_kinds.file_number = landed_files.file_number
where unite_kinds.disposition not in ('accepted', 'replayed', 'superseded', 'withdrawn')
