{#-
One row per entry of the credit ledger: a lead's first type, and each upgrade up to its customer_date, on the day it
was reached. leads is 1 for the first entry and 0 for upgrades; points and value (reporting currency) are the rate
card's of the entry's period, to_type less from_type, and 0 where a type has no price yet, which is_unpriced_points and
is_unpriced_value tell.
-#}
with

lead_steps as (
    select * from {{ ref('int_lead_steps__climbed') }}
),

leads as (
    select * from {{ ref('int_leads__credited') }}
),

rate_cards as (
    select * from {{ ref('fct_rate_cards') }}
),

price_entries as (
    select
        lead_steps.lead_id,
        lead_steps.step_number,
        lead_steps.event_id,
        lead_steps.feed,
        lead_steps.segment,
        lead_steps.entry_date,
        to_cards.period_start,
        lead_steps.from_type,
        lead_steps.to_type,
        case
            when lead_steps.from_type is null then to_cards.points
            else to_cards.points - from_cards.points
        end as points,
        case
            when lead_steps.from_type is null then to_cards.value
            else to_cards.value - from_cards.value
        end as value
    from lead_steps
    inner join leads on lead_steps.lead_id = leads.lead_id
    inner join rate_cards as to_cards
        on
            {{ month_start('lead_steps.entry_date') }} = to_cards.period_start
            and lead_steps.to_type = to_cards.event_type
    left join rate_cards as from_cards
        on
            to_cards.period_start = from_cards.period_start
            and lead_steps.from_type = from_cards.event_type
    where leads.customer_date is null or lead_steps.entry_date <= leads.customer_date
)

select
    lead_id,
    step_number,
    event_id,
    feed,
    segment,
    entry_date,
    period_start,
    from_type,
    to_type,
    case when from_type is null then 1 else 0 end as leads,
    coalesce(points, 0) as points,
    coalesce(value, 0) as value,
    points is null as is_unpriced_points,
    value is null as is_unpriced_value
from price_entries
