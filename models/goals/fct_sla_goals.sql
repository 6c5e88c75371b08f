{#- One row per SLA and period: the goal on every basis, in the SLA's unit, and the one that was chosen as target. -#}
with

goals as (
    select * from {{ ref('int_sla_goal_bases') }}
),

revisions as (
    select * from {{ ref('int_sla_target_revisions') }}
),

curves as (
    select * from {{ ref('int_sla_target_curves') }}
),

periods as (
    select * from {{ ref('int_month_spine') }}
)

select
    goals.sla_id,
    goals.period_start,
    cast(revisions.custom_amount as double) as custom_amount,
    goals.last_period,
    goals.same_period_last_year,
    goals.trailing_3_average,
    goals.plan,
    revisions.goal_basis,
    curves.target_cumulative as target
from goals
inner join periods on goals.period_start = periods.period_start
inner join revisions
    on
        goals.sla_id = revisions.sla_id
        and goals.period_start = revisions.period_start
        and revisions.is_last
inner join curves
    on
        goals.sla_id = curves.sla_id
        and periods.period_end_date = curves.date
