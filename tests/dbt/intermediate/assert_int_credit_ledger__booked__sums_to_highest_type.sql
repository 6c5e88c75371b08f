{{ config(meta={'dagster': {'ref': {'name': 'int_credit_ledger__booked'}}}) }}
{#-
Over its life a lead counts as one lead, and its entries climb without a gap from its first type to its highest.
Returns a row per lead whose ledger does not; if it fails, a lead is counted twice, or lost.
-#}
with

ledger as (
    select * from {{ ref('int_credit_ledger__booked') }}
),

leads as (
    select * from {{ ref('int_leads__credited') }}
),

look_back as (
    select
        lead_id,
        step_number,
        leads,
        from_type,
        to_type,
        lag(to_type) over (partition by lead_id order by step_number) as type_before,
        row_number() over (partition by lead_id order by step_number desc) as entries_from_last
    from ledger
),

sum_entries as (
    select
        lead_id,
        sum(leads) as leads,
        sum(case when from_type is distinct from type_before then 1 else 0 end) as gaps,
        max(case when entries_from_last = 1 then to_type end) as highest_type
    from look_back
    group by lead_id
)

select
    leads.lead_id,
    sum_entries.leads,
    sum_entries.gaps,
    sum_entries.highest_type as ledger_type,
    leads.highest_type as lead_type
from leads
left join sum_entries on leads.lead_id = sum_entries.lead_id
where
    sum_entries.leads is distinct from 1
    or sum_entries.gaps is distinct from 0
    or sum_entries.highest_type is distinct from leads.highest_type
