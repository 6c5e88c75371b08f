{#-
One row per SLA, period and revision of its target, in order of effective_from: the rows of sla_targets.csv or, for a
period it does not list, the SLA's default basis from the first of the month. amount is in the SLA's unit and null when
the basis is null. Revisions that a later retroactive one replaces are left out.
-#}
with

goals as (
    select * from {{ ref('int_sla_goal_bases') }}
),

sla_definitions as (
    select * from {{ ref('sla_definitions') }}
),

sla_targets as (
    select * from {{ ref('sla_targets') }}
),

state_targets as (
    select
        goals.sla_id,
        goals.period_start,
        coalesce(sla_targets.goal_basis, sla_definitions.goal_basis) as goal_basis,
        coalesce(sla_targets.effective_from, goals.period_start) as effective_from,
        coalesce(sla_targets.change_policy, 'prospective') as change_policy,
        sla_targets.amount as custom_amount,
        case coalesce(sla_targets.goal_basis, sla_definitions.goal_basis)
            when 'custom' then sla_targets.amount
            when 'last_period' then goals.last_period
            when 'same_period_last_year' then goals.same_period_last_year
            when 'trailing_3_average' then goals.trailing_3_average
            when 'plan' then goals.plan
        end as amount
    from goals
    inner join sla_definitions on goals.sla_id = sla_definitions.sla_id
    left join sla_targets
        on
            goals.sla_id = sla_targets.sla_id
            and goals.period_start = sla_targets.period_start
),

count_retroactive as (
    select
        state_targets.*,
        count(case when change_policy = 'retroactive' then 1 end) over (
            partition by sla_id, period_start
            order by effective_from desc
            rows between unbounded preceding and 1 preceding
        ) as retroactive_later
    from state_targets
)

select
    sla_id,
    period_start,
    row_number() over (partition by sla_id, period_start order by effective_from) as revision_number,
    row_number() over (partition by sla_id, period_start order by effective_from desc) = 1 as is_last,
    goal_basis,
    effective_from,
    change_policy,
    custom_amount,
    amount
from count_retroactive
where retroactive_later = 0
