{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'quarantined_events'}}}) }}
{#-
A code that accepted rows use stays in its seed. Returns a row per code that is gone since the last publication, with the
number of rows that are in quarantine because of it, most first. Remedy: if the code was renamed, add the old code to the
column aliases of the new one in event_types.csv or deal_stages.csv; if it was removed by mistake, put it back.
-#}
with

quarantined_events as (
    select * from {{ ref('quarantined_events') }}
),

published_quarantined_rows as (
    select * from {{ source('raw', 'published_quarantined_rows') }}
),

last_publication as (
    select * from {{ source('raw', 'last_publication') }}
)

select
    events.kind,
    events.code,
    count(*) as quarantined_rows
from quarantined_events as events
inner join last_publication on events.file_number <= last_publication.last_file_number
left join published_quarantined_rows as published
    on
        events.file_number = published.file_number
        and events.row_number = published.row_number
where
    events.reason in ('unknown_event_type', 'unknown_stage')
    and published.file_number is null
group by events.kind, events.code
order by quarantined_rows desc
