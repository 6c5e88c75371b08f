{{ config(meta={'dagster': {'ref': {'name': 'int_lead_touches'}}}) }}
{#-
The steps of each version of a lead are consecutive: each starts from the type of the previous one, on the same day or
later. Tests merged leads, and leads with rows that landed after the last successful tests; after a full rebuild, those of
the last three months.
Returns a row per step that does not fit; if it fails, a lead is counted twice or not at all.
-#}
with

touches as (
    select * from {{ ref('int_lead_touches') }}
),

{%- if var('tested_file_number') %}

lead_events as (
    select * from {{ source('raw', 'lead_events') }}
),

list_new_leads as (
    select lead_id from lead_events
    where file_number > {{ var('tested_file_number') }}
),
{%- endif %}

look_back as (
    select
        lead_id,
        lead_date,
        touched_date,
        step_number,
        from_type,
        row_number() over same_lead as expected_number,
        lag(event_type) over same_lead as expected_type,
        lag(touched_date) over same_lead as date_before
    from touches
    where
        is_step
        {%- if var('tested_file_number') %}
        and (lead_id in (select list_new_leads.lead_id from list_new_leads) or known_from is not null)
        {%- else %}
        and lead_date > {{ add_months(as_of_date(), -3) }}
        {%- endif %}
    window same_lead as (partition by lead_id, known_from order by touched_at, step_number)
)

select
    lead_id,
    lead_date,
    touched_date,
    step_number,
    from_type
from look_back
where
    step_number <> expected_number
    or from_type is distinct from expected_type
    or touched_date < coalesce(date_before, lead_date)
    or (step_number = 1 and touched_date <> lead_date)
