{#-
One row per period, way of counting, segment, lead date and lead type: how many leads had the type on the period's
cutoff date, counted as if none had closed.

Each lead enters a type in one period and leaves it in another, so that the work grows with days and types, not with
leads times periods.
-#}
{{ config(materialized='view') }}
with

periods as (
    select * from {{ ref('int_month_spine') }}
),

held_types as (
    select * from {{ ref('int_lead_type_history') }}
),

sum_types as (
    select
        counting,
        segment,
        lead_date,
        event_type,
        {{ month_start('counted_from') }} as from_month,
        {{ month_start('counted_to') }} as to_month,
        count(*) as leads
    from held_types
    where counted_from is not null
    group by
        counting,
        segment,
        lead_date,
        event_type,
        {{ month_start('counted_from') }},
        {{ month_start('counted_to') }}
),

count_moves as (
    select
        counting,
        segment,
        lead_date,
        event_type,
        from_month as month_start_date,
        leads
    from sum_types

    union all

    select
        counting,
        segment,
        lead_date,
        event_type,
        to_month as month_start_date,
        -leads as leads
    from sum_types
    where to_month is not null
)

-- What happens in a month is known from the first day of the next on.
select
    periods.period_start,
    count_moves.counting,
    count_moves.segment,
    count_moves.lead_date,
    count_moves.event_type,
    sum(count_moves.leads) as leads
from periods
inner join count_moves on periods.period_start > count_moves.month_start_date
group by
    periods.period_start,
    count_moves.counting,
    count_moves.segment,
    count_moves.lead_date,
    count_moves.event_type
