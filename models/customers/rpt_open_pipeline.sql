{#-
One row per stage and segment with deals that are open on as_of_date. The segment is the lead's, `unassigned` without one;
amounts are in the reporting currency at the rate in force on that day.
-#}
with

deals as (
    select * from {{ ref('int_deal_versions') }}
),

deal_stages as (
    select * from {{ ref('deal_stages') }}
),

exchange_rates as (
    select * from {{ ref('exchange_rates') }}
),

lead_steps as (
    select * from {{ ref('int_lead_upgrades') }}
),

bound_rates as (
    select
        currency,
        rate,
        effective_from as valid_from,
        lead(effective_from) over (partition by currency order by effective_from) as valid_to
    from exchange_rates
),

list_open_deals as (
    select
        deals.stage,
        coalesce(lead_steps.segment, 'unassigned') as segment,
        case
            when deals.currency = '{{ var("reporting_currency") }}' then cast(deals.amount as double)
            else cast(deals.amount as double) * cast(bound_rates.rate as double)
        end as amount,
        {{ days_between('deals.opened_date', as_of_date()) }} as age_days
    from deals
    left join lead_steps
        on
            deals.lead_id = lead_steps.lead_id
            and lead_steps.step_number = 1
    left join bound_rates
        on
            deals.currency = bound_rates.currency
            and {{ is_valid_on('bound_rates.valid_from', 'bound_rates.valid_to', as_of_date()) }}
    where
        deals.outcome = 'open'
        and {{ is_valid_on('deals.valid_from', 'deals.valid_to', as_of_date()) }}
)

select
    list_open_deals.stage,
    list_open_deals.segment,
    deal_stages.label,
    deal_stages.stage_rank,
    cast(count(*) as bigint) as deals,
    cast(sum(list_open_deals.amount) as double) as amount,
    cast({{ quantile('list_open_deals.age_days', 0.5) }} as double) as median_age_days
from list_open_deals
inner join deal_stages on list_open_deals.stage = deal_stages.stage
group by list_open_deals.stage, list_open_deals.segment, deal_stages.label, deal_stages.stage_rank
