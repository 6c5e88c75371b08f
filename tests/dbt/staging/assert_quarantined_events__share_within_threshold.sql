{{ config(meta={'dagster': {'ref': {'name': 'quarantined_events'}}}) }}
{#-
At most max_quarantined_share of a feed's rows are quarantined, once 100 rows have landed, not counting events that wait for
their day. More means that a seed or a mapping is wrong, and that figures without those rows would mislead. Returns a row per feed and reason, most frequent
first. Remedy: look at staging.quarantined_events, add the missing code to its seed or fix the mapping in feeds.yml.
-#}
with

landed_files as (
    select * from {{ source('raw', 'landed_files') }}
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
    having sum(rows_landed) >= 100
),

count_quarantined as (
    select
        feed,
        reason,
        count(*) as quarantined
    from quarantined_events
    where reason <> 'occurred_in_future'
    group by feed, reason
),

sum_reasons as (
    select
        feed,
        reason,
        quarantined,
        sum(quarantined) over (partition by feed) as quarantined_of_feed
    from count_quarantined
)

select
    count_landed.feed,
    sum_reasons.reason,
    sum_reasons.quarantined,
    count_landed.landed
from count_landed
inner join sum_reasons on count_landed.feed = sum_reasons.feed
where sum_reasons.quarantined_of_feed > {{ var('max_quarantined_share') }} * count_landed.landed
order by sum_reasons.quarantined desc
