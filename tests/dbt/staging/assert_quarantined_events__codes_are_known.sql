{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'quarantined_events'}}}) }}
{#-
Every event type and stage that lands is in its seed. Returns a row per code that is not, with the number of rows in
quarantine because of it, most first; a code that rows used until now is reported as removed instead. Remedy: paste the lines,
and look at each: a type that makes a lead has is_qualifying true and a funnel_rank of its own; a stage has the outcome open,
won or lost.
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
left join last_publication on events.file_number <= last_publication.last_file_number
left join published_quarantined_rows as published
    on
        events.file_number = published.file_number
        and events.row_number = published.row_number
where
    events.reason in ('unknown_event_type', 'unknown_stage')
    and (last_publication.last_file_number is null or published.file_number is not null)
group by events.kind, events.code
order by quarantined_rows desc, events.kind, events.code
