{#- One row per SLA and tenth of the month elapsed: how good the forecasts made then have been, in ended periods. -#}
with

forecasts as (
    select * from {{ ref('int_forecasts_with_actuals') }}
),

measure_errors as (
    select
        sla_id,
        {{ bin_number('elapsed_share', 10) }} as elapsed_tenth,
        case
            when
                {{ at_least('final_total', 'projected_low') }}
                and {{ at_least('projected_high', 'final_total') }}
                then 1
            else 0
        end as is_in_band,
        {{ ratio('abs(projected_total - final_total)', 'final_total') }} as projection_error,
        {{ ratio('abs(run_rate_projection - final_total)', 'final_total') }} as run_rate_error
    from forecasts
)

select
    sla_id,
    elapsed_tenth,
    count(*) as days,
    {{ ratio('sum(is_in_band)', 'count(*)') }} as band_hit_rate,
    avg(projection_error) as mean_absolute_error_projection,
    avg(run_rate_error) as mean_absolute_error_run_rate
from measure_errors
group by sla_id, elapsed_tenth
