{#-
One row per cutoff date, period that had matured by it and method that a rate card can use: the customers that the
method predicted at the beginning of the period, and those that had closed by the cutoff. predicted_customers is null
when a rate it needs was not known.
-#}
with

matured_periods as (
    select * from {{ ref('int_matured_periods') }}
),

windows as (
    select * from {{ ref('int_calibration_windows') }}
),

cohorts as (
    select * from {{ ref('int_matured_cohorts') }}
),

close_rates as (
    select * from {{ ref('fct_close_rates') }}
)

select
    matured_periods.cutoff_date,
    matured_periods.period_start,
    windows.method,
    coalesce(sum(cohorts.leads), 0) as leads,
    case
        when count(cohorts.event_type) = count(close_rates.shrunk_close_rate)
            then coalesce(sum(cohorts.leads * close_rates.shrunk_close_rate), 0)
    end as predicted_customers,
    coalesce(sum(cohorts.customers), 0) as actual_customers
from matured_periods
inner join windows on matured_periods.period_start = windows.period_start
left join cohorts
    on
        matured_periods.cutoff_date = cohorts.cutoff_date
        and matured_periods.period_start = cohorts.period_start
left join close_rates
    on
        windows.period_start = close_rates.period_start
        and windows.method = close_rates.method
        and cohorts.event_type = close_rates.event_type
        and close_rates.segment = 'all'
where windows.preference is not null
group by matured_periods.cutoff_date, matured_periods.period_start, windows.method
