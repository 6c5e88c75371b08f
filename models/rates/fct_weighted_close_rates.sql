{#-
One row per period and segment (with `all`): the card's close rate, weighted by the recent mix of leads, and what a
customer of that mix brings.
-#}
with

periods as (
    select * from {{ ref('int_month_spine') }}
),

segments as (
    select * from {{ ref('int_segments') }}
),

mixes as (
    select * from {{ ref('int_lead_mixes') }}
),

rate_cards as (
    select * from {{ ref('fct_rate_cards') }}
),

weigh_rates as (
    select
        mixes.period_start,
        mixes.segment,
        sum(mixes.leads) as leads_in_mix,
        case
            when count(*) = count(rate_cards.close_rate)
                then {{ ratio('sum(mixes.leads * rate_cards.close_rate)', 'sum(mixes.leads)') }}
        end as weighted_close_rate,
        case
            when count(*) = count(rate_cards.value)
                then {{ ratio('sum(mixes.leads * rate_cards.value)', 'sum(mixes.leads * rate_cards.close_rate)') }}
        end as average_deal_value
    from mixes
    inner join rate_cards
        on
            mixes.period_start = rate_cards.period_start
            and mixes.event_type = rate_cards.event_type
    group by mixes.period_start, mixes.segment
)

select
    periods.period_start,
    segments.segment,
    cast(coalesce(weigh_rates.leads_in_mix, 0) as bigint) as leads_in_mix,
    weigh_rates.weighted_close_rate,
    weigh_rates.average_deal_value
from periods
cross join segments
left join weigh_rates
    on
        periods.period_start = weigh_rates.period_start
        and segments.segment = weigh_rates.segment
