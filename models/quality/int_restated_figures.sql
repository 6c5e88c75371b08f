{#-
One row per SLA, date and figure that differs from the last publication, of days that both cover. A
published day that no longer exists, because its month is now before the first lead's, is null.
-#}
with

changes as (
    select * from {{ ref('int_figure_changes') }}
),

slas as (
    select * from {{ ref('dim_slas') }}
),

goals as (
    select * from {{ ref('fct_sla_goals') }}
)

select
    changes.sla_id,
    changes.date,
    changes.figure,
    changes.period_start,
    slas.unit,
    slas.segment,
    goals.goal_basis,
    changes.previous_value,
    changes.current_value
from changes
inner join slas on changes.sla_id = slas.sla_id
left join goals
    on
        changes.sla_id = goals.sla_id
        and changes.period_start = goals.period_start
where
    changes.was_published
    and {{ is_restated('changes.previous_value', 'changes.current_value') }}
    and changes.date <= case changes.figure
        when 'actual' then {{ as_of_date() }}
        else {{ add_days(add_months(month_start(as_of_date()), 1), -1) }}
    end
