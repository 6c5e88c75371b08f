{#-
One row per cutoff, period that had matured by it and lead type with leads: its leads, and those of them that had become
customers within maturity_days. A lead counts under the type it had maturity_days after its lead_date or on its
customer_date, whichever is earlier.

As in int_lead_cohorts, leads are counted in bulk and the customers moved.
-#}
{%- set maturity = var('maturity_days') -%}
with

matured_periods as (
    select * from {{ ref('int_matured_periods') }}
),

held_types as (
    select * from {{ ref('int_lead_type_history') }}
),

customer_types as (
    select * from {{ ref('int_customer_types') }}
),

count_in_bulk as (
    select
        {{ month_start('lead_date') }} as period_start,
        event_type,
        known_from,
        known_to,
        count(*) as leads
    from held_types
    where
        counting = 'current'
        and {{ is_valid_on('valid_from', 'valid_to', add_days('lead_date', maturity)) }}
    group by {{ month_start('lead_date') }}, event_type, known_from, known_to
),

move_customers as (
    select
        matured_periods.cutoff_date,
        matured_periods.period_start,
        count_in_bulk.event_type,
        count_in_bulk.leads,
        0 as customers
    from matured_periods
    inner join count_in_bulk
        on
            matured_periods.period_start = count_in_bulk.period_start
            and {{ is_known_on('count_in_bulk', 'matured_periods.cutoff_date') }}

    union all

    select
        matured_periods.cutoff_date,
        matured_periods.period_start,
        customer_types.event_type,
        cast(customer_types.is_held_at_close as integer) - cast(customer_types.is_held_at_maturity as integer) as leads,
        cast(customer_types.is_held_at_close as integer) as customers
    from matured_periods
    inner join customer_types
        on
            matured_periods.cutoff_date = customer_types.cutoff_date
            and customer_types.lead_date between matured_periods.period_start and matured_periods.period_end_date
    where
        customer_types.counting = 'current'
        and customer_types.days_to_close <= {{ maturity }}
)

select
    cutoff_date,
    period_start,
    event_type,
    sum(leads) as leads,
    sum(customers) as customers
from move_customers
group by cutoff_date, period_start, event_type
having sum(leads) <> 0
