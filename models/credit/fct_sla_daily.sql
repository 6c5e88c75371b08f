{#-
One row per SLA, date and event type reached, for days and types with an entry in the credit ledger: what was booked.
Every SLA carries all three units.
-#}
with

ledger as (
    select * from {{ ref('int_credit_ledger') }}
),

sla_definitions as (
    select * from {{ ref('sla_definitions') }}
),

sum_days as (
    select
        segment,
        entry_date,
        to_type,
        sum(leads) as leads,
        sum(points) as points,
        sum(value) as value
    from ledger
    group by segment, entry_date, to_type
)

select
    sla_definitions.sla_id,
    sum_days.entry_date as date,
    sum_days.to_type as event_type,
    cast(sum(sum_days.leads) as bigint) as leads,
    cast(sum(sum_days.points) as double) as points,
    cast(sum(sum_days.value) as double) as value
from sum_days
inner join sla_definitions on sla_definitions.segment in (sum_days.segment, 'all')
group by sla_definitions.sla_id, sum_days.entry_date, sum_days.to_type
