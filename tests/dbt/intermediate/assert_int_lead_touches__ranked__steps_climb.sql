{{ config(meta={'dagster': {'ref': {'name': 'int_lead_touches__ranked'}}}) }}
{#-
A lead's steps climb without a gap from its first touch to its highest type: each goes on from the type of the one
before, on the same day or a later one. Looks at the leads of the last three months to as_of_date, since older ones were
looked at when they were young. Returns a row per step that does not fit; if it fails, a lead is counted twice, or lost.
-#}
with

touches as (
    select * from {{ ref('int_lead_touches__ranked') }}
),

look_back as (
    select
        lead_id,
        lead_date,
        touched_date,
        step_number,
        from_type,
        row_number() over (partition by lead_id order by touched_at, step_number) as expected_number,
        lag(event_type) over (partition by lead_id order by touched_at, step_number) as expected_type,
        lag(touched_date) over (partition by lead_id order by touched_at, step_number) as date_before
    from touches
    where
        is_step
        and lead_date > {{ add_months("cast('" ~ var('as_of_date') ~ "' as date)", -3) }}
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
