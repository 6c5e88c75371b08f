{{ config(meta={'dagster': {'ref': {'name': 'stg_raw__record_identities'}}}) }}
{#-
Records that a merge joins are one on each day on which it is in force. Returns a row per merge and day from which on they are
not; if it fails, a person or a deal is counted twice, because more records are merged in a chain than can be followed.
Remedy: merge the records of the chain into its last one.
-#}
with

merge_rows as (
    select * from {{ ref('stg_raw__merge_rows') }}
),

identities as (
    select * from {{ ref('stg_raw__record_identities') }}
),

rank_rows as (
    select
        record_type,
        from_id,
        into_id,
        action,
        occurred_date as valid_from,
        lead(occurred_date) over same_pair as valid_to
    from merge_rows
    where disposition = 'accepted'
    window same_pair as (
        partition by record_type, from_id, into_id
        order by occurred_at, event_id, feed_order
    )
)

select
    edges.record_type,
    edges.from_id,
    edges.into_id,
    from_records.known_from
from rank_rows as edges
left join identities as from_records
    on
        edges.record_type = from_records.record_type
        and edges.from_id = from_records.record_id
        and {{ is_valid_on('edges.valid_from', 'edges.valid_to', 'from_records.known_from') }}
left join identities as into_records
    on
        edges.record_type = into_records.record_type
        and edges.into_id = into_records.record_id
        and from_records.known_from = into_records.known_from
where
    edges.action = 'merge'
    and (edges.valid_to is null or edges.valid_to > edges.valid_from)
    and coalesce(from_records.canonical_id <> into_records.canonical_id, true)
