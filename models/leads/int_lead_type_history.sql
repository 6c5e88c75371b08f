{#-
One row per lead, way of counting and lead type up to as_of_date, with the days on which the lead counts under the
type, valid_from inclusive to valid_to exclusive (null: for ever). `current` counts a lead under the one
highest type it has on the day, `any_touch` under every type it has had. Types held for less than a day are left out.
-#}
{{ config(materialized='view') }}
with

lead_steps as (
    select * from {{ ref('int_lead_upgrades') }}
),

touches as (
    select * from {{ ref('int_lead_touches') }}
)

select
    'current' as counting,
    lead_id,
    lead_date,
    segment,
    channel,
    landing_page,
    to_type as event_type,
    entry_date as valid_from,
    next_entry_date as valid_to
from lead_steps
where next_entry_date is null or next_entry_date > entry_date

union all

select
    'any_touch' as counting,
    lead_id,
    lead_date,
    segment,
    channel,
    landing_page,
    event_type,
    touched_date as valid_from,
    cast(null as date) as valid_to
from touches
where touched_date <= {{ as_of_date() }}
