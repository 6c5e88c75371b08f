{#-
One row per SLA and date with a forecast, in periods that have ended by as_of_date: the forecast and the total that
resulted, in the SLA's unit. Not the last day of a month, on which nothing is left to forecast, nor months without weight.
-#}
with

daily_cumulative as (
    select * from {{ ref('fct_sla_daily_cumulative') }}
),

end_periods as (
    select
        sla_id,
        period_start,
        max(date) as last_date,
        sum(actual) as final_total
    from daily_cumulative
    group by sla_id, period_start
    having count(*) = count(actual)
)

select
    daily_cumulative.sla_id,
    daily_cumulative.date,
    daily_cumulative.elapsed_share,
    daily_cumulative.target,
    daily_cumulative.projected_total,
    daily_cumulative.projected_low,
    daily_cumulative.projected_high,
    daily_cumulative.run_rate_projection,
    daily_cumulative.hit_probability,
    end_periods.final_total
from daily_cumulative
inner join end_periods
    on
        daily_cumulative.sla_id = end_periods.sla_id
        and daily_cumulative.period_start = end_periods.period_start
where
    daily_cumulative.projected_total is not null
    and daily_cumulative.elapsed_share is not null
    and daily_cumulative.date < end_periods.last_date
