{{ config(meta={'dagster': {'ref': {'name': 'fct_source_close_rates'}}}) }}
{#-
Every lead of the calibration window is in one source of each kind: the sources of a kind have as many leads as the types of
`kaplan_meier` in segment `all`. Returns the periods and kinds in which they do not; if it fails, leads are missing from
sources or counted twice.
-#}
with

sources as (
    select * from {{ ref('fct_source_close_rates') }}
),

close_rates as (
    select * from {{ ref('fct_close_rates') }}
),

add_up_sources as (
    select
        period_start,
        source_kind,
        sum(leads) as leads
    from sources
    group by period_start, source_kind
),

add_up_types as (
    select
        period_start,
        sum(leads) as leads
    from close_rates
    where
        method = 'kaplan_meier'
        and segment = 'all'
    group by period_start
),

list_kinds as (
    select 'channel' as source_kind

    union all

    select 'landing_page' as source_kind
)

select
    add_up_types.period_start,
    list_kinds.source_kind,
    add_up_types.leads,
    add_up_sources.leads as leads_of_sources
from add_up_types
cross join list_kinds
left join add_up_sources
    on
        add_up_types.period_start = add_up_sources.period_start
        and list_kinds.source_kind = add_up_sources.source_kind
where add_up_types.leads <> coalesce(add_up_sources.leads, 0)
