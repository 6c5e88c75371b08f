{#-
One row per day, segment, feed, from_type and to_type: how many entries the credit ledger has, which are a lead's first
type (from_type is null) and each upgrade up to its customer_date, on the day it was reached.
-#}
with

lead_steps as (
    select * from {{ ref('int_lead_upgrades') }}
),

customers as (
    select * from {{ ref('int_customers') }}
)

select
    lead_steps.entry_date,
    lead_steps.segment,
    lead_steps.feed,
    lead_steps.from_type,
    lead_steps.to_type,
    count(*) as entries
from lead_steps
left join customers
    on
        lead_steps.lead_id = customers.lead_id
        and customers.cutoff_date = {{ as_of_date() }}
where customers.customer_date is null or lead_steps.entry_date <= customers.customer_date
group by
    lead_steps.entry_date,
    lead_steps.segment,
    lead_steps.feed,
    lead_steps.from_type,
    lead_steps.to_type
