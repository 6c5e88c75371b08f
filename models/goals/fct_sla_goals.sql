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
),

number_from_last as (
    select
        sla_id,
        period_start,
        goal_basis,
        custom_amount,
        row_number() over (partition by sla_id, period_start order by revision_number desc) as revisions_from_last
    from revisions
)

select
    goals.sla_id,
    goals.period_start,
    cast(number_from_last.custom_amount as double) as custom_amount,
    goals.last_period,
    goals.same_period_last_year,
    goals.trailing_3_average,
    goals.plan,
    number_from_last.goal_basis,
    curves.target_cumulative as target
from goals
inner join periods on goals.period_start = periods.period_start
inner join number_from_last
    on
        goals.sla_id = number_from_last.sla_id
        and goals.period_start = number_from_last.period_start
        and number_from_last.revisions_from_last = 1
inner join curves
    on
        goals.sla_id = curves.sla_id
        and periods.period_end_date = curves.date
