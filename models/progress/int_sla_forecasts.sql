{#-
One row per SLA and date up to as_of_date with at least 3 comparable earlier periods: the month's total as those periods
suggest it, in the SLA's unit, and the chance to reach the target (null without one).
-#}
with

progress as (
    select * from {{ ref('int_sla_progress') }}
),

growth as (
    select * from {{ ref('int_sla_month_growth') }}
),

goals as (
    select * from {{ ref('fct_sla_goals') }}
)

select
    progress.sla_id,
    progress.date,
    max(progress.actual_cumulative) * {{ quantile('growth.growth_factor', 0.5) }} as projected_total,
    max(progress.actual_cumulative) * {{ quantile('growth.growth_factor', 0.1) }} as projected_low,
    max(progress.actual_cumulative) * {{ quantile('growth.growth_factor', 0.9) }} as projected_high,
    case
        when max(goals.target) is not null
            then {{ ratio(
                'count(case when '
                ~ at_least('progress.actual_cumulative * growth.growth_factor', 'goals.target')
                ~ ' then 1 end) + 0.5',
                'count(*) + 1',
            ) }}
    end as hit_probability
from progress
inner join growth
    on
        progress.sla_id = growth.sla_id
        and progress.date = growth.date
inner join goals
    on
        progress.sla_id = goals.sla_id
        and progress.period_start = goals.period_start
group by progress.sla_id, progress.date
having count(*) >= 3
