{{ config(meta={'dagster': {'ref': {'name': 'int_credit_ledger'}}}) }}
{#-
The credit ledger counts every lead once, whatever type it has now. Returns one row with both counts when they differ;
if it fails, leads were lost or duplicated between their first touch and the ledger.
-#}
with

ledger as (
    select * from {{ ref('int_credit_ledger') }}
),

leads as (
    select * from {{ ref('int_lead_upgrades') }}
),

count_leads as (
    select
        (select coalesce(sum(ledger.leads), 0) from ledger) as booked,
        (select count(*) from leads where leads.step_number = 1) as expected
)

select
    booked,
    expected
from count_leads
where booked <> expected
