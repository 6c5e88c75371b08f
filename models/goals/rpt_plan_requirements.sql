{#-
One row per segment and lead month, up to the month after as_of_date's, that a revenue plan asks leads of: what is
needed. A row without a deal value takes what a customer of the usual mix brings. The next month has no card yet and takes
the latest one. Null when one of the plan's rows cannot be solved, for want of a deal value or a close rate.
-#}
with

revenue_plan as (
    select * from {{ ref('revenue_plan') }}
),

weighted_rates as (
    select * from {{ ref('fct_weighted_close_rates') }}
),

find_latest_card as (
    select max(period_start) as latest_month from weighted_rates
),

find_lead_month as (
    select
        segment,
        {{ add_months('period_start', '-coalesce(sales_cycle_months, 0)') }} as lead_month,
        customers,
        new_revenue * coalesce(marketing_share, 1) as marketing_revenue,
        average_deal_value
    from revenue_plan
),

choose_card as (
    select
        find_lead_month.*,
        least(find_lead_month.lead_month, find_latest_card.latest_month) as card_month
    from find_lead_month
    inner join find_latest_card
        on find_lead_month.lead_month <= {{ add_months('find_latest_card.latest_month', 1) }}
    where find_lead_month.lead_month >= (select min(weighted_rates.period_start) from weighted_rates)
),

add_deal_values as (
    select
        choose_card.segment,
        choose_card.lead_month,
        choose_card.customers,
        choose_card.marketing_revenue,
        coalesce(choose_card.average_deal_value, weighted_rates.average_deal_value) as average_deal_value,
        weighted_rates.weighted_close_rate
    from choose_card
    left join weighted_rates
        on
            choose_card.segment = weighted_rates.segment
            and choose_card.card_month = weighted_rates.period_start
),

solve_customers as (
    select
        add_deal_values.*,
        coalesce(customers, {{ ratio('marketing_revenue', 'average_deal_value') }}) as customers_needed
    from add_deal_values
),

-- count(*) = count(x) means that no row is unsolved; sum() would skip one.
add_up_rows as (
    select
        segment,
        lead_month,
        max(weighted_close_rate) as weighted_close_rate,
        case when count(*) = count(customers_needed) then sum(customers_needed) end as customers,
        case
            when count(*) = count(customers_needed * average_deal_value)
                then sum(customers_needed * average_deal_value)
        end as value
    from solve_customers
    group by segment, lead_month
)

select
    segment,
    lead_month as period_start,
    cast(customers as double) as customers,
    {{ whole_leads(ratio('customers', 'weighted_close_rate')) }} as leads,
    cast({{ points_of('customers') }} as double) as points,
    cast(value as double) as value
from add_up_rows
