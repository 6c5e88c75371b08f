{{ config(meta={'dagster': {'ref': {'name': 'fct_sla_daily'}}}) }}
{#-
The credit of an SLA in a period equals the entries of the credit ledger for its segment. Returns a row per SLA and
period in which they differ; if it fails, the aggregation dropped or duplicated entries.
-#}
with

daily as (
    select * from {{ ref('fct_sla_daily') }}
),

ledger as (
    select * from {{ ref('int_credit_ledger') }}
),

slas as (
    select * from {{ ref('dim_slas') }}
),

sum_daily as (
    select
        sla_id,
        {{ month_start('date') }} as period_start,
        sum(leads) as leads,
        sum(points) as points,
        sum(value) as value
    from daily
    group by sla_id, {{ month_start('date') }}
),

sum_ledger as (
    select
        slas.sla_id,
        ledger.period_start,
        sum(ledger.leads) as leads,
        sum(ledger.points) as points,
        sum(ledger.value) as value
    from ledger
    inner join slas on ledger.segment = slas.segment or slas.segment = 'all'
    group by slas.sla_id, ledger.period_start
)

select
    coalesce(sum_daily.sla_id, sum_ledger.sla_id) as sla_id,
    coalesce(sum_daily.period_start, sum_ledger.period_start) as period_start,
    sum_daily.leads as daily_leads,
    sum_ledger.leads as ledger_leads
from sum_daily
full outer join sum_ledger
    on
        sum_daily.sla_id = sum_ledger.sla_id
        and sum_daily.period_start = sum_ledger.period_start
where
    sum_daily.leads is distinct from sum_ledger.leads
    or abs(coalesce(sum_daily.points, 0) - coalesce(sum_ledger.points, 0)) > 1e-6
    or abs(coalesce(sum_daily.value, 0) - coalesce(sum_ledger.value, 0)) > 1e-3
