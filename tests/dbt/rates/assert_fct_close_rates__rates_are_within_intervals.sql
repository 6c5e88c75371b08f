{{ config(meta={'dagster': {'ref': {'name': 'fct_close_rates'}}}) }}
{#-
A close rate is within its interval, the interval within 0 and 1, and the interval is null exactly when the rate is,
which it is without leads; only too few leads to know it may leave a rate null beside leads. Returns the rows that break
this; if it fails, the interval was computed from another rate or number of leads.
-#}
with

close_rates as (
    select * from {{ ref('fct_close_rates') }}
)

select
    period_start,
    segment,
    event_type,
    method,
    leads,
    close_rate,
    close_rate_low,
    close_rate_high
from close_rates
where
    close_rate < close_rate_low - 1e-12
    or close_rate > close_rate_high + 1e-12
    or close_rate_low < -1e-12
    or close_rate_high > 1 + 1e-12
    or (leads = 0 and close_rate is not null)
    or (leads > 0 and close_rate is null and method not in ('kaplan_meier', 'life_table'))
    or (close_rate is null) <> (close_rate_low is null)
    or (close_rate is null) <> (close_rate_high is null)
