{#-
One row per period: the method that its rate card is calibrated with. `auto` takes the one that has predicted best over
the last auto_months matured months with customers, among those with a prediction for each of them; ties, and
periods without any, go to the earlier one of close_rate_methods. Where the method has no known rate for any type,
kaplan_meier stands in, and where that has no known rate, observed.
-#}
with

windows as (
    select * from {{ ref('int_calibration_windows') }}
),

close_rates as (
    select * from {{ ref('fct_close_rates') }}
),

predictions as (
    select * from {{ ref('int_close_rate_backtest') }}
),

number_months as (
    select
        windows.period_start,
        windows.method,
        predictions.predicted_customers,
        predictions.actual_customers,
        row_number() over (
            partition by windows.period_start, windows.method
            order by predictions.period_start desc
        ) as months_back
    from windows
    inner join predictions
        on
            windows.cutoff_date = predictions.cutoff_date
            and windows.method = predictions.method
    where predictions.actual_customers > 0
),

sum_errors as (
    select
        period_start,
        method,
        sum(abs(predicted_customers - actual_customers)) as total_error
    from number_months
    where months_back <= {{ var('auto_months') }}
    group by period_start, method
    having count(*) = count(predicted_customers)
),

count_rates as (
    select
        period_start,
        method,
        count(shrunk_close_rate) as rates
    from close_rates
    where segment = 'all'
    group by period_start, method
),

describe_methods as (
    select
        windows.period_start,
        windows.method,
        windows.preference,
        coalesce(count_rates.rates, 0) as rates,
        sum_errors.total_error,
        min(sum_errors.total_error) over (partition by windows.period_start) as smallest_error
    from windows
    left join count_rates
        on
            windows.period_start = count_rates.period_start
            and windows.method = count_rates.method
    left join sum_errors
        on
            windows.period_start = sum_errors.period_start
            and windows.method = sum_errors.method
    where windows.preference is not null
),

-- Errors that differ by binary noise alone are a tie.
rank_methods as (
    select
        describe_methods.*,
        sum(case when method = 'kaplan_meier' then rates end) over (
            partition by period_start
        ) as kaplan_meier_rates,
        row_number() over (
            partition by period_start
            order by
                case when total_error is null then 1 else 0 end,
                case when {{ at_least('smallest_error', 'total_error') }} then smallest_error else total_error end,
                preference
        ) as place
    from describe_methods
)

select
    period_start,
    case
        when rates > 0 then method
        when kaplan_meier_rates > 0 then 'kaplan_meier'
        else 'observed'
    end as method
from rank_methods
where {{ 'place = 1' if var('close_rate_method') == 'auto' else "method = '" ~ var('close_rate_method') ~ "'" }}
