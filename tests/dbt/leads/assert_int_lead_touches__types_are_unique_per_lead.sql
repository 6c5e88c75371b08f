{{ config(meta={'dagster': {'ref': {'name': 'int_lead_touches'}}}) }}
{#-
Each version of a lead has one row for each type that it has had. Tests merged leads, and leads with rows that landed after
the last successful tests. Returns a row per lead, version and type with more than one; if it fails, a lead is counted
twice.
-#}
with

touches as (
    select * from {{ ref('int_lead_touches') }}
)

{%- if var('tested_file_number') %},

lead_events as (
    select * from {{ source('raw', 'lead_events') }}
),

list_new_leads as (
    select lead_id from lead_events
    where file_number > {{ var('tested_file_number') }}
)
{%- endif %}

select
    lead_id,
    known_from,
    event_type,
    count(*) as times_held
from touches
{%- if var('tested_file_number') %}
where
    lead_id in (select list_new_leads.lead_id from list_new_leads)
    or known_from is not null
{%- endif %}
group by lead_id, known_from, event_type
having count(*) > 1
