{#-
One row per SLA and tenth of the month elapsed: how good the forecasts made then have been, in ended periods, as shares
of the totals that resulted.
-#}
with

forecasts as (
    select * from {{ ref('int_forecasts_with_actuals') }}
),

measure_misses as (
    select
        forecasts.*,
        {{ bin_number('elapsed_share', 10) }} as elapsed_tenth,
        greatest(0, projected_low - final_total, final_total - projected_high) as outside_band,
        case when {{ exceeds('final_total', 0) }} then final_total end as positive_total
    from forecasts
),

-- Interval score (Gneiting and Raftery 2007) of a band of 80 %: each unit outside it costs as much as 2 / 0.2 of width.
measure_errors as (
    select
        sla_id,
        elapsed_tenth,
        case when {{ exceeds('outside_band', 0) }} then 0 else 1 end as is_in_band,
        {{ ratio('projected_high - projected_low + 10 * outside_band', 'positive_total') }} as interval_score,
        {{ ratio('abs(projected_total - final_total)', 'positive_total') }} as projection_error,
        {{ ratio('abs(run_rate_projection - final_total)', 'positive_total') }} as run_rate_error
    from measure_misses
)

select
    sla_id,
    elapsed_tenth,
    count(*) as days,
    {{ ratio('sum(is_in_band)', 'count(*)') }} as band_hit_rate,
    avg(interval_score) as mean_interval_score,
    avg(projection_error) as mean_absolute_error_projection,
    avg(run_rate_error) as mean_absolute_error_run_rate
from measure_errors
group by sla_id, elapsed_tenth
