{#-
One row per landed event of a record that does not count, with the reason. superseded: of a statement that is not current,
or of an earlier one that says the same, for entries that keep every version. withdrawn: of a withdrawn record.
replayed: a repetition within a statement, or of an observed value that the statement before had already. A value that was
observed after the last dated event of a current statement without one is superseded, too: the record had moved on before.
All events of a record are judged again when the record changes; a row that counts again replaces its exception.
-#}
{{ config(
    materialized='incremental',
    unique_key=['file_number', 'row_number'],
) }}
with

lead_rows as {{ not_materialized() }} (
    select * from {{ ref('stg_raw__lead_rows') }}
),

deal_rows as {{ not_materialized() }} (
    select * from {{ ref('stg_raw__deal_rows') }}
),

statements as {{ not_materialized() }} (
    select * from {{ ref('stg_raw__statements') }}
),

records as (
    select * from {{ ref('stg_raw__records') }}
),

watermark as (
    select * from {{ source('build', 'watermark') }}
),

choose_records as (
    select
        feed,
        record_id,
        file_number,
        statement_row,
        is_withdrawn
    from records
    where
        may_have_exceptions
        {%- if is_incremental() %}
        and changed_in_file > (select watermark.file_number from watermark)
        {%- endif %}
),

number_statements as (
    select
        statements.feed,
        statements.record_id,
        statements.file_number,
        statements.statement_row,
        row_number() over (
            partition by statements.feed, statements.record_id
            order by statements.version, statements.file_number, statements.statement_row
        ) as statement_number
    from statements
    inner join choose_records
        on
            statements.feed = choose_records.feed
            and statements.record_id = choose_records.record_id
),

unite_kinds as (
    {% for rows, code in [('lead_rows', 'event_type'), ('deal_rows', 'stage')] -%}
    select
        feed,
        record_id,
        file_number,
        row_number,
        statement_row,
        event_id,
        {{ code }} as code,
        occurred_at,
        is_observed,
        keeps_every_version
    from {{ rows }}
    where record_id is not null
    {% if not loop.last %}
    union all

    {% endif -%}
    {% endfor %}
),

order_events as (
    select
        unite_kinds.*,
        number_statements.statement_number,
        choose_records.is_withdrawn,
        unite_kinds.file_number = choose_records.file_number
        and unite_kinds.statement_row = choose_records.statement_row as is_current
    from unite_kinds
    inner join number_statements
        on
            unite_kinds.feed = number_statements.feed
            and unite_kinds.record_id = number_statements.record_id
            and unite_kinds.file_number = number_statements.file_number
            and unite_kinds.statement_row = number_statements.statement_row
    inner join choose_records
        on
            unite_kinds.feed = choose_records.feed
            and unite_kinds.record_id = choose_records.record_id
),

-- An observed value counts from the first statement of an unbroken run that has it.
look_back as (
    select
        order_events.*,
        is_observed and count(*) over (
            partition by feed, record_id, is_observed, code
            order by statement_number
            range between 1 preceding and 1 preceding
        ) > 0 as continues_run,
        max(case when is_current and not is_observed then occurred_at end) over (
            partition by feed, record_id
        ) as last_dated_at,
        max(case when is_current and is_observed then 1 else 0 end) over (
            partition by feed, record_id
        ) as is_observed_now
    from order_events
),

number_copies as (
    select
        look_back.*,
        row_number() over (
            partition by feed, record_id, event_id, is_withdrawn, is_current or keeps_every_version, continues_run
            order by statement_number desc, row_number
        ) as copy_number,
        max(statement_number) over (
            partition by feed, record_id, event_id, is_withdrawn, is_current or keeps_every_version, continues_run
        ) as last_statement_number
    from look_back
),

find_dispositions as (
    select
        feed,
        file_number,
        row_number,
        case
            when is_withdrawn then 'withdrawn'
            when not (is_current or keeps_every_version) then 'superseded'
            when is_observed and is_observed_now = 0 and occurred_at > last_dated_at then 'superseded'
            when continues_run then 'replayed'
            when statement_number < last_statement_number then 'superseded'
            when copy_number > 1 then 'replayed'
            else 'accepted'
        end as disposition
    from number_copies
)

select
    feed,
    file_number,
    row_number,
    disposition
from find_dispositions
where
    disposition <> 'accepted'
    {%- if is_incremental() %}
    or (file_number, row_number) in (
        select
            earlier.file_number,
            earlier.row_number
        from {{ this }} as earlier
    )
    {%- endif %}
