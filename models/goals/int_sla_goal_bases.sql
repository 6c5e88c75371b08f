{#-
One row per SLA and period, up to the month after as_of_date's, with the goal on each basis that is computed, in the
SLA's unit. Null where a basis needs a month before the first lead's, or the plan has no solution.
-#}
with

periods as (
    select * from {{ ref('int_month_spine') }}
),

sla_definitions as (
    select * from {{ ref('sla_definitions') }}
),

daily as (
    select * from {{ ref('fct_sla_daily') }}
),

plans as (
    select * from {{ ref('int_sla_plans') }}
),

add_next_month as (
    select
        period_start,
        period_end_date
    from periods

    union all

    select
        {{ add_months('max(period_start)', 1) }} as period_start,
        {{ add_days(add_months('max(period_start)', 2), -1) }} as period_end_date
    from periods
),

total_months as (
    select
        add_next_month.period_start,
        sla_definitions.sla_id,
        coalesce(
            sum({{ in_unit('sla_definitions.unit', 'daily.leads', 'daily.points', 'daily.value') }}), 0
        ) as total
    from add_next_month
    cross join sla_definitions
    left join daily
        on
            sla_definitions.sla_id = daily.sla_id
            and daily.date between add_next_month.period_start and add_next_month.period_end_date
    group by add_next_month.period_start, sla_definitions.sla_id
),

look_back as (
    select
        sla_id,
        period_start,
        lag(total, 1) over same_sla as total_1_before,
        lag(total, 2) over same_sla as total_2_before,
        lag(total, 3) over same_sla as total_3_before,
        lag(total, 12) over same_sla as total_12_before
    from total_months
    window same_sla as (partition by sla_id order by period_start)
)

select
    look_back.sla_id,
    look_back.period_start,
    look_back.total_1_before as last_period,
    look_back.total_12_before as same_period_last_year,
    (look_back.total_1_before + look_back.total_2_before + look_back.total_3_before) / 3 as trailing_3_average,
    plans.planned_amount as plan
from look_back
left join plans
    on
        look_back.sla_id = plans.sla_id
        and look_back.period_start = plans.period_start
