{#-
One row per cutoff, customer, way of counting and lead type that the customer had on a day that counts: when it closed,
on the cutoff or at maturity, maturity_days after its lead_date. Models that count leads in bulk, as if none had closed,
subtract the customers from the type they would have and add them under the one they closed with.
-#}
with

customers as (
    select * from {{ ref('int_customers') }}
),

types as (
    select * from {{ ref('int_lead_type_history') }}
),

compare_days as (
    select
        customers.cutoff_date,
        customers.lead_id,
        customers.lead_date,
        customers.segment,
        customers.customer_date,
        customers.days_to_close,
        customers.deal_value,
        types.counting,
        types.event_type,
        types.channel,
        types.landing_page,
        {{ is_valid_on('types.valid_from', 'types.valid_to', 'customers.customer_date') }} as is_held_at_close,
        {{ is_valid_on('types.valid_from', 'types.valid_to', 'customers.cutoff_date') }} as is_held_at_cutoff,
        {{ is_valid_on(
            'types.valid_from',
            'types.valid_to',
            add_days('customers.lead_date', var('maturity_days')),
        ) }} as is_held_at_maturity
    from customers
    inner join types
        on
            customers.lead_id = types.lead_id
            and {{ is_known_on('types', 'customers.cutoff_date') }}
)

select
    cutoff_date,
    lead_id,
    lead_date,
    segment,
    customer_date,
    days_to_close,
    deal_value,
    counting,
    event_type,
    channel,
    landing_page,
    is_held_at_close,
    is_held_at_cutoff,
    is_held_at_maturity
from compare_days
where is_held_at_close or is_held_at_cutoff or is_held_at_maturity
