{{ config(meta={'dagster': {'ref': {'name': 'stg_raw__records'}}}) }}
{#-
At most max_withdrawn_share of a record feed's records, once it has 100, are gone since the last publication: an export that
was narrowed looks exactly like a mass deletion. Returns a row per feed with more. Remedy: compare the newest file of the feed
with the one before. If it was narrowed, take it back with lead-sla land --forget PATH; if the records are gone indeed, run
lead-sla refresh --accept-withdrawals with the feed's name.
-#}
with

records as (
    select * from {{ ref('stg_raw__records') }}
),

feeds as (
    select * from {{ source('raw', 'feeds') }}
),

last_publication as (
    select * from {{ source('raw', 'last_publication') }}
),

count_records as (
    select
        records.feed,
        count(*) as known_records,
        sum(case when records.is_withdrawn then 1 else 0 end) as withdrawn_records
    from records
    inner join feeds on records.feed = feeds.feed
    inner join last_publication on records.first_file_number <= last_publication.last_file_number
    where
        feeds.kind in ('lead_records', 'deal_records')
        -- What had been withdrawn before is neither.
        and (not records.is_withdrawn or records.changed_in_file > last_publication.last_file_number)
    group by records.feed
)

select
    feed,
    withdrawn_records,
    known_records
from count_records
where
    known_records >= 100
    and withdrawn_records > {{ var('max_withdrawn_share') }} * known_records
    and feed not in ('{{ var("accepted_withdrawals") | join("', '") }}')
