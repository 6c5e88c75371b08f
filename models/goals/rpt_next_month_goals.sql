{#-
One row per SLA: the goal of the month after as_of_date's on every basis, as far as it is known, in the SLA's unit.
-#}
with

goals as (
    select * from {{ ref('int_sla_goal_bases') }}
),

revisions as (
    select * from {{ ref('int_sla_target_revisions') }}
),

periods as (
    select * from {{ ref('int_month_spine') }}
),

find_latest_month as (
    select max(period_start) as latest_month from periods
)

select
    goals.sla_id,
    goals.period_start,
    cast(revisions.custom_amount as double) as custom_amount,
    goals.last_period,
    goals.same_period_last_year,
    goals.trailing_3_average,
    goals.plan
from goals
inner join find_latest_month on goals.period_start > find_latest_month.latest_month
inner join revisions
    on
        goals.sla_id = revisions.sla_id
        and goals.period_start = revisions.period_start
        and revisions.is_last
