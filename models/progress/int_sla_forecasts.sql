{#-
One row per SLA and date with a projection: the band that holds the month's total in 8 of 10 months, in the SLA's unit,
the chance to reach the target (null without one), and on how many months the band is based.
-#}
with

projections as (
    select * from {{ ref('int_sla_projections') }}
),

goals as (
    select * from {{ ref('fct_sla_goals') }}
),

measure_misses as (
    select
        projections.*,
        case
            when remainder_scale > 0
                then {{ clip('abs(month_total - projected_total) / remainder_scale', 0, 1) }}
        end as miss
    from projections
),

pool_neighbors as (
    select
        measure_misses.*,
        avg(miss) over neighbors as mean_miss
    from measure_misses
    window neighbors as ({{ neighbor_days() }})
),

sum_past_months as (
    select
        pool_neighbors.*,
        count(mean_miss) over past_days as months_compared,
        coalesce(sum(mean_miss) over past_days, 0) as sum_of_misses
    from pool_neighbors
    window past_days as ({{ past_days() }})
),

-- Months that are missing to the least number count with the assumed error.
span_bands as (
    select
        sum_past_months.*,
        {{ var('forecast_band_width') }} * greatest(0, remainder_scale)
        * (
            sum_of_misses
            + {{ var('forecast_assumed_error') }} * greatest(0, {{ var('forecast_assumed_months') }} - months_compared)
        )
        / greatest(months_compared, {{ var('forecast_assumed_months') }}) as half_width
    from sum_past_months
)

select
    span_bands.sla_id,
    span_bands.date,
    span_bands.projected_total,
    greatest(span_bands.actual_cumulative, span_bands.projected_total - span_bands.half_width) as projected_low,
    greatest(span_bands.actual_cumulative, span_bands.projected_total + span_bands.half_width) as projected_high,
    {{ hit_probability('span_bands', 'goals.target') }} as hit_probability,
    cast(span_bands.months_compared as bigint) as months_compared
from span_bands
inner join goals
    on
        span_bands.sla_id = goals.sla_id
        and span_bands.period_start = goals.period_start
