{%- set contents = {
    'lead_events': ['event_type', 'segment', 'landing_page', 'channel'],
    'deal_events': ['stage', 'amount', 'currency'],
} -%}
{#-
One row per lead and reason for which a record that was known when the last mart was published says something else now: an
event that it did not give then, no event that it gave then, or that it is gone. What changed only after the last
published day is left out. An event of a deal that names no lead counts for the lead that another event of the deal names.
-#}
with

last_publication as (
    select * from {{ source('raw', 'last_publication') }}
),

published_quarantined_rows as (
    select * from {{ source('raw', 'published_quarantined_rows') }}
),

feeds as (
    select * from {{ source('raw', 'feeds') }}
),

records as (
    select * from {{ ref('stg_raw__records') }}
),

lead_events as {{ not_materialized() }} (
    select * from {{ ref('stg_raw__lead_events') }}
),

deal_events as {{ not_materialized() }} (
    select * from {{ ref('stg_raw__deal_events') }}
),

find_changed as (
    select
        records.feed,
        records.record_id,
        case
            when records.is_withdrawn then 'record withdrawn'
            when feeds.replaces_events then 'event corrected'
            else 'record corrected'
        end as reason
    from records
    inner join feeds on records.feed = feeds.feed
    inner join last_publication
        on
            records.changed_in_file > last_publication.last_file_number
            and records.first_file_number <= last_publication.last_file_number
),

name_leads as (
    select distinct
        deal_id,
        lead_id
    from deal_events
    where lead_id is not null
),

unite_events as (
    {% for events, columns in contents.items() -%}
    select
        find_changed.reason,
        events.feed,
        events.record_id,
        events.event_id,
        events.file_number,
        events.row_number,
        {%- if events == 'lead_events' %}
        events.lead_id,
        {%- else %}
        coalesce(events.lead_id, name_leads.lead_id) as lead_id,
        {%- endif %}
        events.occurred_date,
        events.disposition,
        {%- for column in ['lead_id', 'occurred_at'] + columns %}
        coalesce(cast(events.{{ column }} as {{ dbt.type_string() }}), '') || '|' {{ '||' if not loop.last }}
        {%- endfor %} as content
    from {{ events }} as events
    inner join find_changed
        on
            events.feed = find_changed.feed
            and events.record_id = find_changed.record_id
    {%- if events == 'deal_events' %}
    left join name_leads on events.deal_id = name_leads.deal_id
    {%- endif %}
    {% if not loop.last %}
    union all

    {% endif -%}
    {% endfor %}
),

list_published as (
    select
        unite_events.feed,
        unite_events.record_id,
        unite_events.event_id,
        unite_events.content
    from unite_events
    inner join last_publication on unite_events.file_number <= last_publication.last_file_number
    left join published_quarantined_rows
        on
            unite_events.file_number = published_quarantined_rows.file_number
            and unite_events.row_number = published_quarantined_rows.row_number
    where published_quarantined_rows.row_number is null
),

list_accepted as (
    select
        feed,
        record_id,
        event_id,
        lead_id
    from unite_events
    where disposition in ('accepted', 'replayed')
),

find_new_events as (
    select
        unite_events.lead_id,
        unite_events.reason,
        unite_events.occurred_date
    from unite_events
    left join list_published
        on
            unite_events.feed = list_published.feed
            and unite_events.record_id = list_published.record_id
            and unite_events.event_id = list_published.event_id
            and unite_events.content = list_published.content
    where
        unite_events.disposition = 'accepted'
        and list_published.event_id is null
),

find_lost_events as (
    select
        unite_events.lead_id,
        unite_events.reason,
        unite_events.occurred_date
    from unite_events
    inner join last_publication on unite_events.file_number <= last_publication.last_file_number
    left join list_accepted
        on
            unite_events.feed = list_accepted.feed
            and unite_events.record_id = list_accepted.record_id
            and unite_events.event_id = list_accepted.event_id
            and coalesce(unite_events.lead_id, '') = coalesce(list_accepted.lead_id, '')
    where
        unite_events.disposition in ('superseded', 'withdrawn')
        and list_accepted.event_id is null
),

unite_changes as (
    select
        lead_id,
        reason,
        occurred_date
    from find_new_events
    union all
    select
        lead_id,
        reason,
        occurred_date
    from find_lost_events
)

select distinct
    unite_changes.lead_id,
    unite_changes.reason
from unite_changes
inner join last_publication on unite_changes.occurred_date <= last_publication.as_of_date
