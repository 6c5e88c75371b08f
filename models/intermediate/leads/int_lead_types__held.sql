{#-
One row per lead, way of counting and lead type, with the days on which the lead counts under the type, held_from_date
inclusive to held_before_date exclusive (null: for ever). `current` counts a lead under the one highest type it has on
the day, `any_touch` under every type it has had. Types held for no full day are left out.
-#}
with

lead_steps as (
    select * from {{ ref('int_lead_steps__climbed') }}
),

lead_events as (
    select * from {{ ref('stg_raw__lead_events') }}
),

event_types as (
    select * from {{ ref('event_types') }}
),

list_leads as (
    select
        lead_id,
        lead_date,
        segment
    from lead_steps
    where step_number = 1
),

hold_highest as (
    select
        'current' as counting,
        lead_id,
        lead_date,
        segment,
        to_type as event_type,
        entry_date as held_from_date,
        next_entry_date as held_before_date
    from lead_steps
    where next_entry_date is null or next_entry_date > entry_date
),

hold_touched as (
    select
        'any_touch' as counting,
        list_leads.lead_id,
        list_leads.lead_date,
        list_leads.segment,
        lead_events.event_type,
        min(lead_events.occurred_date) as held_from_date,
        cast(null as date) as held_before_date
    from lead_events
    inner join event_types on lead_events.event_type = event_types.event_type
    inner join list_leads on lead_events.lead_id = list_leads.lead_id
    where
        lead_events.disposition = 'accepted'
        and event_types.is_qualifying
        and lead_events.occurred_date <= cast('{{ var("as_of_date") }}' as date)
    group by
        list_leads.lead_id,
        list_leads.lead_date,
        list_leads.segment,
        lead_events.event_type
)

select
    counting,
    lead_id,
    lead_date,
    segment,
    event_type,
    held_from_date,
    held_before_date
from hold_highest

union all

select
    counting,
    lead_id,
    lead_date,
    segment,
    event_type,
    held_from_date,
    held_before_date
from hold_touched
