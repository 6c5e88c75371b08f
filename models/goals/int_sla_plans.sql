{#-
One row per SLA and lead month that a revenue plan asks leads of: what is needed, in the SLA's unit. Null when one of
the plan's rows cannot be solved, for want of a deal value or a close rate.
-#}
with

revenue_plan as (
    select * from {{ ref('revenue_plan') }}
),

sla_definitions as (
    select * from {{ ref('sla_definitions') }}
),

rate_cards as (
    select * from {{ ref('fct_rate_cards') }}
),

weighted_rates as (
    select * from {{ ref('fct_weighted_close_rates') }}
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

solve_customers as (
    select
        find_lead_month.segment,
        find_lead_month.lead_month,
        coalesce(find_lead_month.average_deal_value, list_deal_values.average_deal_value) as average_deal_value,
        coalesce(
            find_lead_month.customers,
            {{ ratio(
                'find_lead_month.marketing_revenue',
                'coalesce(find_lead_month.average_deal_value, list_deal_values.average_deal_value)',
            ) }}
        ) as customers
    from find_lead_month
    inner join list_deal_values on find_lead_month.lead_month = list_deal_values.period_start
),

-- count(*) = count(x) says that no row is unsolved; sum() would pass over one in silence.
add_up_rows as (
    select
        segment,
        lead_month,
        case when count(*) = count(customers) then sum(customers) end as customers,
        case
            when count(*) = count(customers * average_deal_value) then sum(customers * average_deal_value)
        end as value
    from solve_customers
    group by segment, lead_month
),

convert_to_leads as (
    select
        add_up_rows.segment,
        add_up_rows.lead_month,
        {{ whole_leads(ratio('add_up_rows.customers', 'weighted_rates.weighted_close_rate')) }} as leads,
        {{ points_of('add_up_rows.customers') }} as points,
        add_up_rows.value
    from add_up_rows
    left join weighted_rates
        on
            add_up_rows.segment = weighted_rates.segment
            and add_up_rows.lead_month = weighted_rates.period_start
)

select
    sla_definitions.sla_id,
    convert_to_leads.lead_month as period_start,
    {{ in_unit(
        'sla_definitions.unit', 'convert_to_leads.leads', 'convert_to_leads.points', 'convert_to_leads.value'
    ) }} as planned_amount
from convert_to_leads
inner join sla_definitions on convert_to_leads.segment = sla_definitions.segment
