{#- One row per period, segment (with the roll-up `all`), qualifying lead type and method, also without leads. -#}
with

windows as (
    select * from {{ ref('int_calibration_windows') }}
),

segments as (
    select * from {{ ref('int_segments') }}
),

event_types as (
    select * from {{ ref('event_types') }}
),

counted_rates as (
    select * from {{ ref('int_counted_close_rates') }}
),

survival_rates as (
    select * from {{ ref('int_survival_close_rates') }}
),

unite_methods as (
    select
        period_start,
        segment,
        event_type,
        method,
        leads,
        cast(customers as double) as customers,
        close_rate
    from counted_rates

    union all

    select
        period_start,
        segment,
        event_type,
        method,
        leads,
        leads * close_rate as customers,
        close_rate
    from survival_rates
),

fill_grid as (
    select
        windows.period_start,
        segments.segment,
        event_types.event_type,
        windows.method,
        coalesce(unite_methods.leads, 0) as leads,
        case when unite_methods.leads is null then 0 else unite_methods.customers end as customers,
        unite_methods.close_rate
    from windows
    cross join segments
    cross join event_types
    left join unite_methods
        on
            windows.period_start = unite_methods.period_start
            and segments.segment = unite_methods.segment
            and event_types.event_type = unite_methods.event_type
            and windows.method = unite_methods.method
    where event_types.is_qualifying
),

add_common_rate as (
    select
        fill_grid.*,
        {{ ratio(
            'sum(leads * close_rate) over same_method',
            'sum(case when close_rate is not null then leads end) over same_method',
        ) }} as common_rate
    from fill_grid
    window same_method as (partition by period_start, segment, method)
)

select
    period_start,
    segment,
    event_type,
    method,
    cast(leads as bigint) as leads,
    cast(customers as double) as customers,
    cast(close_rate as double) as close_rate,
    cast({{ wilson_bound('close_rate', 'leads', 'low') }} as double) as close_rate_low,
    cast({{ wilson_bound('close_rate', 'leads', 'high') }} as double) as close_rate_high,
    cast({{ shrunk_rate('close_rate', 'leads', 'common_rate') }} as double) as shrunk_close_rate
from add_common_rate
