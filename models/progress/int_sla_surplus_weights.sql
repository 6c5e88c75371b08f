{#-
One row per SLA and date with an expectation: the weight that this month's surplus has for the days ahead, learned from
the same days of the months before, and what the days ahead bring with it, in the SLA's unit.
-#}
with

expectations as (
    select * from {{ ref('int_sla_expectations') }}
),

scale_days as (
    select
        expectations.*,
        {{ error_scale('expected_ahead * (1 + prior_weight * surplus)') }} as prior_scale
    from expectations
),

-- x is the surplus carried over to the days ahead, y what they brought beyond the expectation.
measure_days as (
    select
        scale_days.*,
        case when prior_scale > 0 then {{ clip('expected_ahead * surplus / prior_scale', -1, 1) }} end as x,
        case
            when prior_scale > 0
                then {{ clip('(month_total - actual_cumulative - expected_ahead) / prior_scale', -1, 1) }}
        end as y
    from scale_days
),

measure_errors as (
    select
        measure_days.*,
        y - prior_weight * x as e
    from measure_days
),

pool_neighbors as (
    select
        measure_errors.*,
        count(e) over neighbors as pooled_days,
        sum(x * e) over neighbors as pooled_xe,
        sum(case when e is not null then x * x end) over neighbors as pooled_xx,
        sum(e * e) over neighbors as pooled_ee
    from measure_errors
    window neighbors as ({{ neighbor_days() }})
),

sum_past_days as (
    select
        pool_neighbors.*,
        sum(pooled_xe) over past_days as sum_xe,
        sum(pooled_xx) over past_days
        + {{ var('forecast_weight_shrinkage') }}
        * {{ ratio('sum(pooled_ee) over past_days', 'sum(pooled_days) over past_days') }} as denominator
    from pool_neighbors
    window past_days as ({{ past_days() }})
),

learn_weights as (
    select
        sum_past_days.*,
        {{ clip(
            'prior_weight + case when ' ~ exceeds('denominator', 0) ~ ' then sum_xe / denominator else 0 end',
            0,
            var('forecast_weight_limit'),
        ) }} as surplus_weight
    from sum_past_days
),

project_remainders as (
    select
        learn_weights.*,
        expected_ahead * (1 + surplus_weight * surplus) as remainder
    from learn_weights
)

select
    sla_id,
    date,
    period_start,
    month_number,
    days_left,
    month_total,
    actual_cumulative,
    expected_ahead,
    surplus_weight,
    remainder,
    {{ error_scale('remainder') }} as remainder_scale
from project_remainders
