{#-
One row per period, segment (with `all`) and lead type in the mix of the months before the period: what
fct_weighted_close_rates is weighted with.
-#}
with

mixes as (
    select * from {{ ref('int_lead_mixes') }}
),

rate_cards as (
    select * from {{ ref('fct_rate_cards') }}
),

total_leads as (
    select
        period_start,
        segment,
        sum(leads) as leads
    from mixes
    group by period_start, segment
)

select
    mixes.period_start,
    mixes.segment,
    mixes.event_type,
    cast(mixes.leads as bigint) as leads,
    {{ ratio('mixes.leads', 'total_leads.leads') }} as share,
    rate_cards.close_rate
from mixes
inner join total_leads
    on
        mixes.period_start = total_leads.period_start
        and mixes.segment = total_leads.segment
inner join rate_cards
    on
        mixes.period_start = rate_cards.period_start
        and mixes.event_type = rate_cards.event_type
