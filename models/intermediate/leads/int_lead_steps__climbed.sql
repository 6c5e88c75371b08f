{#-
One row per lead and step: the first qualifying event, and each later one whose type ranks strictly higher than every
type before. Customer dates play no part here; the credit ledger cuts the steps off at them.
-#}
with

lead_events as (
    select * from {{ ref('stg_raw__lead_events') }}
),

event_types as (
    select * from {{ ref('event_types') }}
),

rank_events as (
    select
        lead_events.lead_id,
        lead_events.event_id,
        lead_events.feed,
        lead_events.feed_order,
        lead_events.event_type,
        lead_events.segment,
        lead_events.occurred_at,
        lead_events.occurred_date,
        event_types.funnel_rank
    from lead_events
    inner join event_types on lead_events.event_type = event_types.event_type
    where
        lead_events.disposition = 'accepted'
        and event_types.is_qualifying
        and lead_events.occurred_date <= cast('{{ var("as_of_date") }}' as date)
),

look_back as (
    select
        rank_events.*,
        max(funnel_rank) over (
            partition by lead_id
            order by occurred_at, funnel_rank desc, event_id, feed_order
            rows between unbounded preceding and 1 preceding
        ) as highest_rank_before
    from rank_events
),

keep_steps as (
    select
        look_back.*,
        row_number() over (
            partition by lead_id
            order by occurred_at, funnel_rank desc, event_id, feed_order
        ) as step_number
    from look_back
    where highest_rank_before is null or funnel_rank > highest_rank_before
)

select
    lead_id,
    step_number,
    event_id,
    feed,
    lag(event_type) over (partition by lead_id order by step_number) as from_type,
    event_type as to_type,
    occurred_at as entry_at,
    occurred_date as entry_date,
    lead(occurred_date) over (partition by lead_id order by step_number) as next_entry_date,
    first_value(occurred_date) over (partition by lead_id order by step_number) as lead_date,
    first_value(segment) over (partition by lead_id order by step_number) as segment
from keep_steps
