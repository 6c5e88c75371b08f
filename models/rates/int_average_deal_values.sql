{#-
One row per period, qualifying lead type and method that a rate card can use: the mean deal value, in the reporting
currency, of the customers in the method's calibration set that had the type when they closed, all segments together,
moved toward the mean over all types as if value_shrinkage_customers more deals had been worth that mean. One mean for
all types would price cheap products far too high and expensive ones far too low. Null while no deal value is known.
-#}
{%- set k = var('value_shrinkage_customers') -%}
with

windows as (
    select * from {{ ref('int_calibration_windows') }}
),

event_types as (
    select * from {{ ref('event_types') }}
),

customer_types as (
    select * from {{ ref('int_customer_types') }}
),

sum_deals as (
    select
        windows.period_start,
        event_types.event_type,
        windows.method,
        count(customer_types.deal_value) as deals,
        sum(customer_types.deal_value) as deal_value
    from windows
    cross join event_types
    left join customer_types
        on
            windows.cutoff_date = customer_types.cutoff_date
            and event_types.event_type = customer_types.event_type
            and customer_types.counting = 'current'
            and customer_types.is_held_at_close
            and customer_types.lead_date between windows.first_lead_date and windows.last_lead_date
            and windows.first_close_date <= customer_types.customer_date
            and customer_types.days_to_close <= coalesce(windows.max_days_to_close, customer_types.days_to_close)
    where
        windows.preference is not null
        and event_types.is_qualifying
    group by windows.period_start, event_types.event_type, windows.method
),

add_common_value as (
    select
        sum_deals.*,
        {{ ratio('sum(deal_value) over same_method', 'sum(deals) over same_method') }} as common_value
    from sum_deals
    window same_method as (partition by period_start, method)
)

select
    period_start,
    event_type,
    method,
    deals,
    {{ ratio('coalesce(deal_value, 0) + ' ~ k ~ ' * common_value', 'deals + ' ~ k) }} as average_deal_value
from add_common_value
