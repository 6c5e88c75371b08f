{#-
One row per lead as it stands on as_of_date. customer_date, days_to_close, deal_id and deal_value are null while the
lead is no customer. highest_type leaves out what came after the customer_date.
-#}
with

lead_steps as (
    select * from {{ ref('int_lead_steps__climbed') }}
),

customers as (
    select * from {{ ref('int_customers__credited') }}
),

cut_off_steps as (
    select
        lead_steps.lead_id,
        lead_steps.step_number,
        lead_steps.to_type,
        lead_steps.lead_date,
        lead_steps.segment,
        customers.customer_date,
        customers.days_to_close,
        customers.deal_id,
        customers.deal_value,
        row_number() over (partition by lead_steps.lead_id order by lead_steps.step_number desc) as steps_from_last
    from lead_steps
    left join customers
        on
            lead_steps.lead_id = customers.lead_id
            and customers.cutoff_date = cast('{{ var("as_of_date") }}' as date)
    where customers.customer_date is null or lead_steps.entry_date <= customers.customer_date
),

first_steps as (
    select
        lead_id,
        to_type as first_type
    from lead_steps
    where step_number = 1
)

select
    cut_off_steps.lead_id,
    cut_off_steps.lead_date,
    cut_off_steps.segment,
    first_steps.first_type,
    cut_off_steps.to_type as highest_type,
    cut_off_steps.customer_date,
    cut_off_steps.days_to_close,
    cut_off_steps.deal_id,
    cut_off_steps.deal_value
from cut_off_steps
inner join first_steps on cut_off_steps.lead_id = first_steps.lead_id
where cut_off_steps.steps_from_last = 1
