{#-
One row per record of a feed, with its current statement: the one of the greatest version (none is the lowest), file and
row. A record is withdrawn if its current statement says so or, in a feed whose files list all records, if files have
landed after the last one that lists it. changed_in_file is the file that made the record what it is. Only
records are computed of which a statement, or a complete file without one, has newly landed.
-#}
{{ config(
    materialized='incremental',
    unique_key=['feed', 'record_id'],
) }}
with

statements as {{ not_materialized() }} (
    select * from {{ ref('stg_raw__statements') }}
),

feeds as (
    select * from {{ source('raw', 'feeds') }}
),

landed_files as (
    select * from {{ source('raw', 'landed_files') }}
),

watermark as (
    select * from {{ source('build', 'watermark') }}
),

list_complete_files as (
    select
        landed_files.feed,
        landed_files.file_number
    from landed_files
    inner join feeds on landed_files.feed = feeds.feed
    where
        feeds.lists_all_records
        -- A file without any record is more likely a failed export than the end of all records.
        and landed_files.stored_in is not null
),

{%- if is_incremental() %}

find_affected as (
    select
        feed,
        record_id
    from statements
    where file_number > (select watermark.file_number from watermark)

    union distinct

    select
        earlier.feed,
        earlier.record_id
    from {{ this }} as earlier
    inner join list_complete_files as complete_files on earlier.feed = complete_files.feed
    where
        complete_files.file_number > (select watermark.file_number from watermark)
        and not earlier.is_withdrawn
),
{%- endif %}

choose_statements as (
    select
        statements.feed,
        statements.record_id,
        statements.file_number,
        statements.version,
        statements.statement_row,
        statements.is_withdrawn,
        statements.may_repeat_events
    from statements
    {%- if is_incremental() %}
    where
        exists (
            select 1
            from find_affected
            where
                find_affected.feed = statements.feed
                and find_affected.record_id = statements.record_id
        )
    {%- endif %}
),

summarize_statements as (
    select
        feed,
        record_id,
        count(*) as statement_count,
        min(file_number) as first_file_number,
        max(file_number) as last_file_number,
        min(statement_row) as first_statement_row,
        max(case when is_withdrawn then 1 else 0 end) as was_withdrawn,
        max(case when may_repeat_events then 1 else 0 end) as may_repeat_events
    from choose_statements
    group by feed, record_id
),

-- Most records have one statement; comparing statements field by field costs more than all the rest.
find_last_statements as (
    select
        choose_statements.feed,
        choose_statements.record_id,
        max({{ pack(['version', 'file_number', 'statement_row', 'is_withdrawn']) }}) as last_statement
    from choose_statements
    where
        exists (
            select 1
            from summarize_statements
            where
                summarize_statements.feed = choose_statements.feed
                and summarize_statements.record_id = choose_statements.record_id
                and summarize_statements.statement_count > 1
        )
    group by choose_statements.feed, choose_statements.record_id
),

keep_current as (
    select
        statements.feed,
        statements.record_id,
        coalesce(several.last_statement.file_number, statements.last_file_number) as file_number,
        coalesce(several.last_statement.statement_row, statements.first_statement_row) as statement_row,
        coalesce(several.last_statement.is_withdrawn, statements.was_withdrawn = 1) as is_withdrawn,
        statements.first_file_number,
        statements.last_file_number,
        statements.statement_count > 1 or statements.may_repeat_events = 1 as may_have_exceptions
    from summarize_statements as statements
    left join find_last_statements as several
        on
            statements.feed = several.feed
            and statements.record_id = several.record_id
),

find_missing as (
    select
        keep_current.feed,
        keep_current.record_id,
        min(complete_files.file_number) as missing_since_file
    from keep_current
    inner join list_complete_files as complete_files
        on
            keep_current.feed = complete_files.feed
            and keep_current.last_file_number < complete_files.file_number
    group by keep_current.feed, keep_current.record_id
)

select
    keep_current.feed,
    keep_current.record_id,
    keep_current.file_number,
    keep_current.statement_row,
    keep_current.first_file_number,
    find_missing.missing_since_file is not null or keep_current.is_withdrawn as is_withdrawn,
    coalesce(find_missing.missing_since_file, keep_current.last_file_number) as changed_in_file,
    keep_current.may_have_exceptions
    or find_missing.missing_since_file is not null
    or keep_current.is_withdrawn as may_have_exceptions
from keep_current
left join find_missing
    on
        keep_current.feed = find_missing.feed
        and keep_current.record_id = find_missing.record_id
