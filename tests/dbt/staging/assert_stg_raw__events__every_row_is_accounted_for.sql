{{ config(meta={'dagster': {'ref': {'name': 'quarantined_events'}}}) }}
{#-
Every landed event is accepted, replayed, superseded, withdrawn or quarantined exactly once. Returns a row per feed in which the counts differ;
if it fails, rows were lost or duplicated between landing and staging.
-#}
with

landed_files as (
    select * from {{ source('raw', 'landed_files') }}
),

lead_events as (
    select * from {{ ref('stg_raw__lead_events') }}
),

deal_events as (
    select * from {{ ref('stg_raw__deal_events') }}
),

merge_events as (
    select * from {{ ref('stg_raw__merge_events') }}
),

quarantined_events as (
    select * from {{ ref('quarantined_events') }}
),

count_landed as (
    select
        feed,
        sum(rows_landed) as landed
    from landed_files
    group by feed
),

list_accounted as (
    select feed from lead_events
    where disposition in ('accepted', 'replayed', 'superseded', 'withdrawn')
    union all
    select feed from deal_events
    where disposition in ('accepted', 'replayed', 'superseded', 'withdrawn')
    union all
    select feed from merge_events
    where disposition in ('accepted', 'replayed', 'superseded')
    union all
    select feed from quarantined_events
),

count_accounted as (
    select
        feed,
        count(*) as accounted
    from list_accounted
    group by feed
)

select
    count_landed.feed,
    count_landed.landed,
    coalesce(count_accounted.accounted, 0) as accounted
from count_landed
left join count_accounted on count_landed.feed = count_accounted.feed
where count_landed.landed <> coalesce(count_accounted.accounted, 0)
