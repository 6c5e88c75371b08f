{#-
One row per lead as of as_of_date. customer_date, days_to_close, deal_id and deal_value are null while the
lead is not a customer. highest_type ignores events after the customer_date.
-#}
{{ config(materialized='view') }}
with

lead_steps as (
    select * from {{ ref('int_lead_upgrades') }}
),

customers as (
    select * from {{ ref('int_customers') }}
)

select
    lead_steps.lead_id,
    lead_steps.lead_date,
    lead_steps.segment,
    lead_steps.to_type as highest_type,
    customers.customer_date,
    customers.days_to_close,
    customers.deal_id,
    customers.deal_value
from lead_steps
left join customers
    on
        lead_steps.lead_id = customers.lead_id
        and customers.cutoff_date = {{ as_of_date() }}
where
    (customers.customer_date is null and lead_steps.next_entry_date is null)
    or {{ is_valid_on('lead_steps.entry_date', 'lead_steps.next_entry_date', 'customers.customer_date') }}
