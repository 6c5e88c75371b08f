{#-
One row per period and method that a rate card can use: the mean deal value, in the reporting currency, of the
customers in the method's calibration set, all lead types and segments together; null while no deal value is known.
-#}
with

windows as (
    select * from {{ ref('int_calibration_windows') }}
),

customers as (
    select * from {{ ref('int_customers') }}
)

select
    windows.period_start,
    windows.method,
    avg(customers.deal_value) as average_deal_value
from windows
left join customers
    on
        windows.cutoff_date = customers.cutoff_date
        and customers.lead_date between windows.first_lead_date and windows.last_lead_date
        and windows.first_close_date <= customers.customer_date
        and customers.days_to_close <= coalesce(windows.max_days_to_close, customers.days_to_close)
where windows.preference is not null
group by windows.period_start, windows.method
