{#-
One row per month in which deals were won and segment (with `all`): all deals that are won as of as_of_date, and those of
them that made a lead a customer. The segment is the lead's, `unassigned` without one.
-#}
with

deals as (
    select * from {{ ref('int_deal_versions') }}
),

lead_steps as (
    select * from {{ ref('int_lead_upgrades') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

list_won_deals as (
    select
        {{ month_start('deals.won_date') }} as period_start,
        coalesce(lead_steps.segment, 'unassigned') as segment,
        deals.deal_value,
        customers.lead_id as customer_lead_id,
        customers.days_to_close
    from deals
    left join lead_steps
        on
            deals.lead_id = lead_steps.lead_id
            and lead_steps.step_number = 1
    left join customers
        on
            deals.deal_id = customers.deal_id
            and customers.cutoff_date = {{ as_of_date() }}
    where
        deals.outcome = 'won'
        and {{ is_valid_on('deals.valid_from', 'deals.valid_to', as_of_date()) }}
),

roll_up as (
    select * from list_won_deals
    union all
    select
        period_start,
        'all' as segment,
        deal_value,
        customer_lead_id,
        days_to_close
    from list_won_deals
)

select
    period_start,
    segment,
    cast(count(*) as bigint) as won_deals,
    cast(count(customer_lead_id) as bigint) as credited_customers,
    cast(sum(deal_value) as double) as won_value,
    cast(avg(deal_value) as double) as average_deal_value,
    cast({{ quantile('days_to_close', 0.5) }} as double) as median_days_to_close
from roll_up
group by period_start, segment
