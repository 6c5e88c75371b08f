{#-
One row per period, kind of source and source with leads in the calibration window: their number, and the share that closes
within maturity_days by `kaplan_meier`, all segments and types together.
-#}
with

cohorts as (
    select * from {{ ref('int_source_cohorts') }}
),

follow_leads as (
    select
        period_start,
        source_kind,
        source,
        leads,
        last_lag,
        is_customer and last_lag <= {{ var('maturity_days') }} as has_closed
    from cohorts
),

move_leads as (
    select
        period_start,
        source_kind,
        source,
        0 as lag_days,
        leads as entering,
        0 as leaving,
        0 as closes,
        leads as leads_counted
    from follow_leads

    union all

    select
        period_start,
        source_kind,
        source,
        last_lag as lag_days,
        0 as entering,
        leads as leaving,
        case when has_closed then leads else 0 end as closes,
        0 as leads_counted
    from follow_leads
)

{{ product_limit_rates('move_leads', ['period_start', 'source_kind', 'source']) }}
