{#- One row per period that has matured by as_of_date, and method: predicted and actual customers. -#}
with

predictions as (
    select * from {{ ref('int_close_rate_backtest') }}
)

select
    period_start,
    method,
    cast(leads as bigint) as leads,
    cast(predicted_customers as double) as predicted_customers,
    cast(actual_customers as bigint) as actual_customers,
    {{ ratio('predicted_customers - actual_customers', 'actual_customers') }} as error_rate
from predictions
where cutoff_date = {{ as_of_date() }}
