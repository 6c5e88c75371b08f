{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'rpt_data_quality'}}}) }}
{#-
Most events of each feed of feeds.yml count, whatever the size of the feed. Returns a row per feed in which more are in
quarantine than are accepted, with the commonest reason and the first event that has it; not if that is an unknown code, which
is reported with the lines for its seed. Remedy: as named for each feed; all quarantined events are in
staging.quarantined_events.
-#}
with

data_quality as (
    select * from {{ ref('rpt_data_quality') }}
),

reasons as (
    select * from {{ ref('data_quality_reasons') }}
),

quarantined_events as (
    select * from {{ ref('quarantined_events') }}
),

feeds as (
    select * from {{ source('raw', 'feeds') }}
),

count_events as (
    select
        data_quality.feed,
        data_quality.reason,
        reasons.meaning,
        reasons.remedy,
        reasons.kind,
        data_quality.row_count,
        sum(case when reasons.kind = 'quarantine' then data_quality.row_count else 0 end) over (
            partition by data_quality.feed
        ) as quarantined_rows,
        sum(data_quality.row_count) over (partition by data_quality.feed) as settled_rows,
        row_number() over (
            partition by data_quality.feed, reasons.kind
            order by data_quality.row_count desc, reasons.sort_order
        ) as place
    from data_quality
    inner join reasons on data_quality.reason = reasons.reason
    inner join feeds on data_quality.feed = feeds.feed
    where
        feeds.is_configured
        and (data_quality.reason = 'accepted' or reasons.kind = 'quarantine')
),

number_events as (
    select
        feed,
        reason,
        path,
        line_number,
        case reason
            when 'unknown_lead' then lead_id
            when 'reserved_segment' then segment
            when 'negative_amount' then cast(amount as {{ dbt.type_string() }})
            when 'unknown_currency' then currency
            when 'conflicting_duplicate' then event_id
            else cast(occurred_date as {{ dbt.type_string() }})
        end as example,
        row_number() over (partition by feed, reason order by file_number, row_number) as place
    from quarantined_events
)

select
    count_events.feed,
    count_events.quarantined_rows,
    count_events.settled_rows,
    count_events.reason,
    count_events.row_count as rows_of_reason,
    count_events.meaning,
    count_events.remedy,
    number_events.example,
    number_events.path,
    number_events.line_number
from count_events
inner join number_events
    on
        count_events.feed = number_events.feed
        and count_events.reason = number_events.reason
        and number_events.place = 1
where
    count_events.kind = 'quarantine'
    and count_events.place = 1
    and count_events.quarantined_rows > 0.5 * count_events.settled_rows
    and count_events.reason not in ('unknown_event_type', 'unknown_stage')
order by count_events.quarantined_rows desc, count_events.feed
