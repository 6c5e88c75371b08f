{#-
One row per period, kind of source, source (the largest ones, and `other`), lead date in the calibration window, lead type
and days_to_close (null: still open), as known on the period's cutoff date: how many leads there were, and what the deals
of those that had closed brought. A lead counts under the type it had on the cutoff date or, if it had closed by then, on
its customer_date.

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
        {{ month_start('valid_from') }} as from_month,
        {{ month_start('valid_to') }} as to_month,
        count(*) as leads
    from held_types
    where counting = 'current'
    group by {{ kind }}, lead_date, event_type, {{ month_start('valid_from') }}, {{ month_start('valid_to') }}
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
        count_sources.lead_date,
        count_sources.event_type,
        cast(null as integer) as days_to_close,
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
        lead_date,
        event_type,
        cast(null as integer) as days_to_close,
        -1 as leads,
        cast(null as double) as deal_value
    from list_customers
    where is_held_at_cutoff

    union all

    select
        period_start,
        source_kind,
        source,
        lead_date,
        event_type,
        days_to_close,
        1 as leads,
        deal_value
    from list_customers
    where is_held_at_close
),

name_largest as (
    select
        move_customers.*,
        case when ranks.is_shown then move_customers.source else 'other' end as shown_source
    from move_customers
    left join ranks
        on
            move_customers.period_start = ranks.period_start
            and move_customers.source_kind = ranks.source_kind
            and move_customers.source = ranks.source
)

select
    period_start,
    source_kind,
    shown_source as source,
    lead_date,
    event_type,
    days_to_close,
    sum(leads) as leads,
    sum(deal_value) as deal_value
from name_largest
group by period_start, source_kind, shown_source, lead_date, event_type, days_to_close
having sum(leads) <> 0
