{#- One row per SLA, grain (`month`, `quarter`, `year`) and period: what was delivered, and the goals of its months. -#}
{%- set grains = {'month': 1, 'quarter': 3, 'year': 12} -%}
with

cumulative as (
    select * from {{ ref('fct_sla_daily_cumulative') }}
),

periods as (
    select * from {{ ref('int_month_spine') }}
),

keep_last_days as (
    select
        cumulative.sla_id,
        cumulative.period_start,
        cumulative.actual_cumulative as actual,
        cumulative.target,
        cumulative.status
    from cumulative
    inner join periods
        on
            cumulative.period_start = periods.period_start
            and cumulative.date = least(periods.period_end_date, {{ as_of_date() }})
),

name_periods as (
    {% for grain, months in grains.items() -%}
    select
        sla_id,
        '{{ grain }}' as grain,
        cast({{ dbt.date_trunc(grain, 'period_start') }} as date) as period_start,
        {{ add_days(add_months('cast(' ~ dbt.date_trunc(grain, 'period_start') ~ ' as date)', months), -1) }}
            as period_end_date,
        actual,
        target,
        status
    from keep_last_days
    {%- if not loop.last %}

    union all

    {% endif -%}
    {%- endfor %}
),

add_up_months as (
    select
        sla_id,
        grain,
        period_start,
        period_end_date,
        count(*) as months,
        sum(actual) as actual,
        case when count(*) = count(target) then sum(target) end as target,
        count(case when status = 'met' then 1 end) as months_met
    from name_periods
    group by sla_id, grain, period_start, period_end_date
)

select
    sla_id,
    grain,
    period_start,
    cast(months as bigint) as months,
    cast(actual as double) as actual,
    cast(target as double) as target,
    {{ ratio('actual', 'target') }} as attainment_rate,
    cast(months_met as bigint) as months_met,
    period_end_date <= {{ as_of_date() }} as is_complete
from add_up_months
