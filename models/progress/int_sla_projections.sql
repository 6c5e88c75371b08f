{#-
One row per SLA and date with an expectation: the projected total of the month, in the SLA's unit, with the habitual
error of the months before taken off as far as it is one.
-#}
with

weights as (
    select * from {{ ref('int_sla_surplus_weights') }}
),

-- z is what a day's remainder missed, in its own scale.
measure_errors as (
    select
        weights.*,
        case
            when remainder_scale > 0
                then {{ clip('(month_total - actual_cumulative - remainder) / remainder_scale', -1, 1) }}
        end as z
    from weights
),

pool_neighbors as (
    select
        measure_errors.*,
        avg(z) over neighbors as u
    from measure_errors
    window neighbors as ({{ neighbor_days() }})
),

average_past_months as (
    select
        pool_neighbors.*,
        count(u) over past_days as n,
        avg(u) over past_days as m,
        var_samp(u) over past_days as v
    from pool_neighbors
    window past_days as ({{ past_days() }})
),

shrink_shifts as (
    select
        average_past_months.*,
        case
            when n >= {{ var('forecast_habit_months') }} and m <> 0
                then m * greatest(0, 1 - {{ var('forecast_habit_shrinkage') }} * v / (n * m * m))
            else 0
        end as shift
    from average_past_months
)

select
    sla_id,
    date,
    period_start,
    month_number,
    days_left,
    month_total,
    actual_cumulative,
    remainder_scale,
    actual_cumulative + greatest(0, remainder + remainder_scale * shift) as projected_total
from shrink_shifts
