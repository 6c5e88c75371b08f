{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'stg_raw__deal_dispositions'}}}) }}
{#-
At most 1 % of the rows whose event id has landed before have other content. Where more do, the source corrects its events, and
each correction is lost, because the first landed row counts. Returns a row per feed. Remedy: write corrections: latest for the
feed in feeds.yml, or if a row says how a contact or deal stands now, make it a record feed (docs/how-to/record-feeds.md).
-#}
with

lead_exceptions as (
    select * from {{ ref('stg_raw__lead_exceptions') }}
),

deal_dispositions as (
    select * from {{ ref('stg_raw__deal_dispositions') }}
),

merge_rows as (
    select * from {{ ref('stg_raw__merge_rows') }}
),

unite_kinds as (
    select
        feed,
        disposition
    from lead_exceptions
    union all
    select
        feed,
        disposition
    from deal_dispositions
    union all
    select
        feed,
        disposition
    from merge_rows
),

count_repeated as (
    select
        feed,
        sum(case when disposition = 'conflicting_duplicate' then 1 else 0 end) as conflicting_rows,
        count(*) as rows_of_known_ids
    from unite_kinds
    where disposition in ('replayed', 'conflicting_duplicate')
    group by feed
)

select
    feed,
    conflicting_rows,
    rows_of_known_ids
from count_repeated
where conflicting_rows > 0.01 * rows_of_known_ids
order by conflicting_rows desc
