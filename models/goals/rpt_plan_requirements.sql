{#-
One row per segment and lead month, up to the month after as_of_date's, that a revenue plan asks leads of: what is
needed. The next month has no card yet and takes the latest one. Null when one of the plan's rows cannot be solved, for
want of a deal value or a close rate.
-#}
with

revenue_plan as (
    select * from {{ ref('revenue_plan') }}
),

rate_cards as (
    select * from {{ ref('fct_rate_cards') }}
),

weighted_rates as (
    select * from {{ ref('fct_weighted_close_rates') }}
),

find_latest_card as (
    select max(period_start) as latest_month from rate_cards
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

list_deal_values as (
    select
        period_start,
        max(average_deal_value) as average_deal_value
    from rate_cards
    group by period_start
),

choose_card as (
    select
        find_lead_month.*,
        least(find_lead_month.lead_month, find_latest_card.latest_month) as card_month
    from find_lead_month
    inner join find_latest_card
        on find_lead_month.lead_month <= {{ add_months('find_latest_card.latest_month', 1) }}
),

solve_customers as (
    select
        choose_card.segment,
        choose_card.lead_month,
        choose_card.card_month,
        coalesce(choose_card.average_deal_value, list_deal_values.average_deal_value) as average_deal_value,
        coalesce(
            choose_card.customers,
            {{ ratio(
                'choose_card.marketing_revenue',
                'coalesce(choose_card.average_deal_value, list_deal_values.average_deal_value)',
            ) }}
        ) as customers
    from choose_card
    inner join list_deal_values on choose_card.card_month = list_deal_values.period_start
),

-- count(*) = count(x) means that no row is unsolved; sum() would skip one.
add_up_rows as (
    select
        segment,
        lead_month,
        card_month,
        case when count(*) = count(customers) then sum(customers) end as customers,
        case
            when count(*) = count(customers * average_deal_value) then sum(customers * average_deal_value)
        end as value
    from solve_customers
    group by segment, lead_month, card_month
)

select
    add_up_rows.segment,
    add_up_rows.lead_month as period_start,
    cast(add_up_rows.customers as double) as customers,
    {{ whole_leads(ratio('add_up_rows.customers', 'weighted_rates.weighted_close_rate')) }} as leads,
    cast({{ points_of('add_up_rows.customers') }} as double) as points,
    cast(add_up_rows.value as double) as value
from add_up_rows
left join weighted_rates
    on
        add_up_rows.segment = weighted_rates.segment
        and add_up_rows.card_month = weighted_rates.period_start
