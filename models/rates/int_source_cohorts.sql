{#-
One row per period, kind of source, source (the largest ones, and `other`), lead type, is_customer and last_lag, the days
for which the lead was open (maturity_days + 1 for all that were longer), as known on the period's cutoff date: how many
leads of the calibration window there were, and what the deals of those that had closed brought. A lead counts under the
type it had on the cutoff date or, if it had closed by then, on its customer_date.

Sources that are never among the largest are one from the beginning, so that the work grows with days and types, not with
leads times periods. As in int_lead_cohorts, leads are counted in bulk and the customers moved.
-#}
with

periods as (
    select * from {{ ref('int_month_spine') }}
),

ranks as (
    select * from {{ ref('int_source_ranks') }}
),

held_types as (
    select * from {{ ref('int_lead_type_history') }}
),

customer_types as (
    select * from {{ ref('int_customer_types') }}
),

bound_windows as (
    select
        period_start,
        cutoff_date,
        {{ add_months('period_start', -var('calibration_window_months')) }} as first_lead_date
    from periods
),

list_shown as (
    select distinct
        source_kind,
        source
    from ranks
    where is_shown
),

count_types as (
    {%- for kind in ['channel', 'landing_page'] %}
    select
        '{{ kind }}' as source_kind,
        {{ kind }} as source,
        lead_date,
        event_type,
        {{ month_start('counted_from') }} as from_month,
        {{ month_start('counted_to') }} as to_month,
        count(*) as leads
    from held_types
    where
        counting = 'current'
        and counted_from is not null
    group by {{ kind }}, lead_date, event_type, {{ month_start('counted_from') }}, {{ month_start('counted_to') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

count_sources as (
    select
        count_types.source_kind,
        coalesce(list_shown.source, 'other') as source,
        count_types.lead_date,
        count_types.event_type,
        count_types.from_month,
        count_types.to_month,
        sum(count_types.leads) as leads
    from count_types
    left join list_shown
        on
            count_types.source_kind = list_shown.source_kind
            and count_types.source = list_shown.source
    group by
        count_types.source_kind,
        coalesce(list_shown.source, 'other'),
        count_types.lead_date,
        count_types.event_type,
        count_types.from_month,
        count_types.to_month
),

list_customers as (
    {%- for kind in ['channel', 'landing_page'] %}
    select
        bound_windows.period_start,
        bound_windows.cutoff_date,
        '{{ kind }}' as source_kind,
        customer_types.{{ kind }} as source,
        customer_types.lead_date,
        customer_types.event_type,
        customer_types.days_to_close,
        customer_types.deal_value,
        customer_types.is_held_at_close,
        customer_types.is_held_at_cutoff
    from bound_windows
    inner join customer_types
        on
            bound_windows.cutoff_date = customer_types.cutoff_date
            and bound_windows.first_lead_date <= customer_types.lead_date
    where customer_types.counting = 'current'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

move_customers as (
    select
        bound_windows.period_start,
        count_sources.source_kind,
        count_sources.source,
        count_sources.event_type,
        false as is_customer,
        {{ days_between('count_sources.lead_date', 'bound_windows.cutoff_date') }} as days_open,
        count_sources.leads,
        cast(null as double) as deal_value
    from bound_windows
    inner join count_sources
        on
            count_sources.lead_date between bound_windows.first_lead_date and bound_windows.cutoff_date
            and {{ is_valid_on('count_sources.from_month', 'count_sources.to_month', 'bound_windows.cutoff_date') }}

    union all

    select
        period_start,
        source_kind,
        source,
        event_type,
        false as is_customer,
        {{ days_between('lead_date', 'cutoff_date') }} as days_open,
        -1 as leads,
        cast(null as double) as deal_value
    from list_customers
    where is_held_at_cutoff

    union all

    select
        period_start,
        source_kind,
        source,
        event_type,
        true as is_customer,
        days_to_close as days_open,
        1 as leads,
        deal_value
    from list_customers
    where is_held_at_close
),

sum_lags as (
    select
        period_start,
        source_kind,
        source,
        event_type,
        is_customer,
        least(days_open, {{ var('maturity_days') + 1 }}) as last_lag,
        sum(leads) as leads,
        sum(deal_value) as deal_value
    from move_customers
    group by
        period_start,
        source_kind,
        source,
        event_type,
        is_customer,
        least(days_open, {{ var('maturity_days') + 1 }})
),

name_largest as (
    select
        sum_lags.*,
        case when ranks.is_shown then sum_lags.source else 'other' end as shown_source
    from sum_lags
    left join ranks
        on
            sum_lags.period_start = ranks.period_start
            and sum_lags.source_kind = ranks.source_kind
            and sum_lags.source = ranks.source
)

select
    period_start,
    source_kind,
    shown_source as source,
    event_type,
    is_customer,
    last_lag,
    sum(leads) as leads,
    sum(deal_value) as deal_value
from name_largest
group by period_start, source_kind, shown_source, event_type, is_customer, last_lag
having sum(leads) <> 0
