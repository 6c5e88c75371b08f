{#-
One row per period, kind of source and source with leads in the calibration window: how its leads close, and what they are
worth on the period's rate card. All segments and types together.
-#}
with

close_rates as (
    select * from {{ ref('int_source_close_rates') }}
),

cohorts as (
    select * from {{ ref('int_source_cohorts') }}
),

rate_cards as (
    select * from {{ ref('fct_rate_cards') }}
),

sum_worth as (
    select
        cohorts.period_start,
        cohorts.source_kind,
        cohorts.source,
        case when count(*) = count(rate_cards.points) then sum(cohorts.leads * rate_cards.points) end as points,
        case when count(*) = count(rate_cards.value) then sum(cohorts.leads * rate_cards.value) end as value,
        case
            when sum(case when cohorts.is_customer then 1 else 0 end) = 0 then 0
            else sum(cohorts.deal_value)
        end as won_value
    from cohorts
    inner join rate_cards
        on
            cohorts.period_start = rate_cards.period_start
            and cohorts.event_type = rate_cards.event_type
    group by cohorts.period_start, cohorts.source_kind, cohorts.source
),

join_rates as (
    select
        close_rates.period_start,
        close_rates.source_kind,
        close_rates.source,
        close_rates.leads,
        close_rates.close_rate,
        sum_worth.points,
        sum_worth.value,
        sum_worth.won_value
    from close_rates
    inner join sum_worth
        on
            close_rates.period_start = sum_worth.period_start
            and close_rates.source_kind = sum_worth.source_kind
            and close_rates.source = sum_worth.source
)

select
    period_start,
    source_kind,
    source,
    cast(leads as bigint) as leads,
    cast(leads * close_rate as double) as customers,
    cast(close_rate as double) as close_rate,
    cast({{ wilson_bound('close_rate', 'leads', 'low') }} as double) as close_rate_low,
    cast({{ wilson_bound('close_rate', 'leads', 'high') }} as double) as close_rate_high,
    cast(points as double) as points,
    cast(value as double) as value,
    cast(won_value as double) as won_value
from join_rates
