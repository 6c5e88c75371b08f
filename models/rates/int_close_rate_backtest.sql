{#-
One row per cutoff date, period and method (`observed`, `matured`, `kaplan_meier`, `life_table`): the customers that the
method predicted at the beginning of the period, against those that had come by the cutoff. Periods whose last day lies
maturity_days or more before the cutoff; a lead counts under the type it had maturity_days after its lead_date or on its
customer_date, whichever is earlier. predicted_customers is null when a rate it needs was not known.

As in int_lead_cohorts, leads are counted in bulk and the customers moved.
-#}
{%- set maturity = var('maturity_days') -%}
with

periods as (
    select * from {{ ref('int_month_spine') }}
),

held_types as (
    select * from {{ ref('int_lead_type_history') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

close_rates as (
    select * from {{ ref('fct_close_rates') }}
),

list_cutoffs as (
    select cutoff_date from periods
    union distinct
    select {{ as_of_date() }} as cutoff_date
),

find_matured as (
    select
        list_cutoffs.cutoff_date,
        periods.period_start,
        periods.period_end_date
    from periods
    inner join list_cutoffs
        on {{ add_days('periods.period_end_date', maturity) }} <= list_cutoffs.cutoff_date
),

hold_highest as (
    select
        lead_id,
        lead_date,
        {{ month_start('lead_date') }} as period_start,
        event_type,
        valid_from,
        valid_to
    from held_types
    where counting = 'current'
),

count_in_bulk as (
    select
        period_start,
        event_type,
        count(*) as leads
    from hold_highest
    where {{ is_valid_on('valid_from', 'valid_to', add_days('lead_date', maturity)) }}
    group by period_start, event_type
),

list_customers as (
    select distinct lead_id from customers
),

hold_customers as (
    select hold_highest.*
    from hold_highest
    inner join list_customers on hold_highest.lead_id = list_customers.lead_id
),

find_customers as (
    select
        find_matured.cutoff_date,
        find_matured.period_start,
        customers.lead_id,
        customers.lead_date,
        customers.customer_date
    from find_matured
    inner join customers
        on
            find_matured.cutoff_date = customers.cutoff_date
            and customers.lead_date between find_matured.period_start and find_matured.period_end_date
    where customers.days_to_close <= {{ maturity }}
),

unite_movements as (
    select
        find_matured.cutoff_date,
        find_matured.period_start,
        count_in_bulk.event_type,
        count_in_bulk.leads,
        0 as customers
    from find_matured
    inner join count_in_bulk on find_matured.period_start = count_in_bulk.period_start

    union all

    select
        find_customers.cutoff_date,
        find_customers.period_start,
        hold_customers.event_type,
        -1 as leads,
        0 as customers
    from find_customers
    inner join hold_customers
        on
            find_customers.lead_id = hold_customers.lead_id
            and {{ is_valid_on(
                'hold_customers.valid_from',
                'hold_customers.valid_to',
                add_days('find_customers.lead_date', maturity),
            ) }}

    union all

    select
        find_customers.cutoff_date,
        find_customers.period_start,
        hold_customers.event_type,
        1 as leads,
        1 as customers
    from find_customers
    inner join hold_customers
        on
            find_customers.lead_id = hold_customers.lead_id
            and {{ is_valid_on(
                'hold_customers.valid_from',
                'hold_customers.valid_to',
                'find_customers.customer_date',
            ) }}
),

sum_types as (
    select
        cutoff_date,
        period_start,
        event_type,
        sum(leads) as leads,
        sum(customers) as customers
    from unite_movements
    group by cutoff_date, period_start, event_type
    having sum(leads) <> 0
),

fill_months as (
    select
        find_matured.cutoff_date,
        find_matured.period_start,
        list_methods.method,
        sum_types.event_type,
        coalesce(sum_types.leads, 0) as leads,
        coalesce(sum_types.customers, 0) as customers
    from find_matured
    cross join (select distinct method from close_rates where method <> 'any_touch') as list_methods
    left join sum_types
        on
            find_matured.cutoff_date = sum_types.cutoff_date
            and find_matured.period_start = sum_types.period_start
)

select
    fill_months.cutoff_date,
    fill_months.period_start,
    fill_months.method,
    sum(fill_months.leads) as leads,
    case
        when count(fill_months.event_type) = count(close_rates.shrunk_close_rate)
            then coalesce(sum(fill_months.leads * close_rates.shrunk_close_rate), 0)
    end as predicted_customers,
    sum(fill_months.customers) as actual_customers
from fill_months
left join close_rates
    on
        fill_months.period_start = close_rates.period_start
        and fill_months.event_type = close_rates.event_type
        and fill_months.method = close_rates.method
        and close_rates.segment = 'all'
group by fill_months.cutoff_date, fill_months.period_start, fill_months.method
