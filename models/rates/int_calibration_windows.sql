{#-
One row per period and close-rate method: which leads and which closes it is estimated from. Leads count by the type
that `counting` names, with lead dates from first_lead_date to last_lead_date; closes count from first_close_date on, up
to max_days_to_close after the lead date (null: however late). What is known is what had happened by cutoff_date.
-#}
{%- set months = var('calibration_window_months') -%}
{%- set maturity = var('maturity_days') -%}
{%- set recent = var('life_table_window_days') -%}
with

periods as (
    select * from {{ ref('int_month_spine') }}
),

define_methods as (
    select
        period_start,
        cutoff_date,
        'observed' as method,
        'counted' as estimator,
        'current' as counting,
        {{ add_months('period_start', -months) }} as first_lead_date,
        cutoff_date as last_lead_date,
        {{ add_months('period_start', -months) }} as first_close_date,
        cast(null as integer) as max_days_to_close
    from periods

    union all

    select
        period_start,
        cutoff_date,
        'any_touch' as method,
        'counted' as estimator,
        'any_touch' as counting,
        {{ add_months('period_start', -months) }} as first_lead_date,
        cutoff_date as last_lead_date,
        {{ add_months('period_start', -months) }} as first_close_date,
        cast(null as integer) as max_days_to_close
    from periods

    union all

    select
        period_start,
        cutoff_date,
        'matured' as method,
        'counted' as estimator,
        'current' as counting,
        {{ add_months(add_days('period_start', -maturity), -months) }} as first_lead_date,
        {{ add_days('cutoff_date', -maturity) }} as last_lead_date,
        {{ add_months(add_days('period_start', -maturity), -months) }} as first_close_date,
        {{ maturity }} as max_days_to_close
    from periods

    union all

    select
        period_start,
        cutoff_date,
        'kaplan_meier' as method,
        'survival' as estimator,
        'current' as counting,
        {{ add_months('period_start', -months) }} as first_lead_date,
        cutoff_date as last_lead_date,
        {{ add_months('period_start', -months) }} as first_close_date,
        {{ maturity }} as max_days_to_close
    from periods

    union all

    -- Older leads than these can no longer close in time.
    select
        period_start,
        cutoff_date,
        'life_table' as method,
        'survival' as estimator,
        'current' as counting,
        {{ add_days('period_start', -recent - maturity) }} as first_lead_date,
        cutoff_date as last_lead_date,
        {{ add_days('period_start', -recent) }} as first_close_date,
        {{ maturity }} as max_days_to_close
    from periods
)

select
    period_start,
    cutoff_date,
    method,
    case method
        {%- for method in var('close_rate_methods') %}
        when '{{ method }}' then {{ loop.index }}
        {%- endfor %}
    end as preference,
    estimator,
    counting,
    first_lead_date,
    last_lead_date,
    first_close_date,
    max_days_to_close
from define_methods
