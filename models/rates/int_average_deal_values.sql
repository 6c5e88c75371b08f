{#-
One row per period and method that a rate card can use: the mean deal value, in the reporting currency, of the
customers in the method's calibration set, all lead types and segments together; null while no deal value is known.
-#}
{%- set window = var('calibration_window_months') -%}
{%- set maturity = var('maturity_days') -%}
with

periods as (
    select * from {{ ref('int_month_spine') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

list_methods as (
    select 'observed' as method
    union all
    select 'matured' as method
    union all
    select 'kaplan_meier' as method
    union all
    select 'life_table' as method
),

choose_customers as (
    select
        periods.period_start,
        list_methods.method,
        customers.deal_value
    from periods
    cross join list_methods
    left join customers
        on
            periods.cutoff_date = customers.cutoff_date
            and case list_methods.method
                when 'observed' then customers.lead_date >= {{ add_months('periods.period_start', -window) }}
                when 'matured'
                    then
                        customers.lead_date < {{ add_days('periods.period_start', -maturity) }}
                        and customers.lead_date
                        >= {{ add_months(add_days('periods.period_start', -maturity), -window) }}
                        and customers.days_to_close <= {{ maturity }}
                when 'kaplan_meier'
                    then
                        customers.lead_date >= {{ add_months('periods.period_start', -window) }}
                        and customers.days_to_close <= {{ maturity }}
                when 'life_table'
                    then
                        customers.customer_date
                        >= {{ add_days('periods.period_start', -var('life_table_window_days')) }}
                        and customers.days_to_close <= {{ maturity }}
            end
)

select
    period_start,
    method,
    avg(deal_value) as average_deal_value
from choose_customers
group by period_start, method
