{#-
One row per cutoff and lead that was a customer by the events up to the cutoff. deal_value is null when it
is not known.
-#}
with

cutoffs as (
    select * from {{ ref('int_cutoffs') }}
),

deals as (
    select * from {{ ref('int_deal_versions') }}
),

touches as (
    select * from {{ ref('int_lead_touches') }}
),

list_leads as (
    select
        lead_id,
        known_from,
        known_to,
        lead_date,
        segment
    from touches
    where
        step_number = 1
        and touched_date <= {{ as_of_date() }}
),

rank_won_deals as (
    select
        cutoffs.cutoff_date,
        list_leads.lead_id,
        list_leads.lead_date,
        list_leads.segment,
        deals.deal_id,
        deals.won_date as customer_date,
        deals.deal_value,
        row_number() over (
            partition by cutoffs.cutoff_date, list_leads.lead_id
            order by deals.won_date, deals.won_at, deals.deal_id
        ) as deal_number
    from deals
    inner join cutoffs
        on {{ is_valid_on('deals.valid_from', 'deals.valid_to', 'cutoffs.cutoff_date') }}
    inner join list_leads
        on
            deals.lead_id = list_leads.lead_id
            and deals.won_date >= list_leads.lead_date
            and {{ is_known_on('list_leads', 'cutoffs.cutoff_date') }}
    where deals.outcome = 'won'
)

select
    cutoff_date,
    lead_id,
    lead_date,
    segment,
    deal_id,
    customer_date,
    {{ days_between('lead_date', 'customer_date') }} as days_to_close,
    deal_value
from rank_won_deals
where deal_number = 1
