{{ config(meta={'dagster': {'ref': {'name': 'fct_won_deals_monthly'}}}) }}
{#-
The segments of a month have as many won deals and customers as its roll-up `all`. Returns the months in which they do not;
if it fails, a deal is missing from the segments or counted twice.
-#}
with

won_deals as (
    select * from {{ ref('fct_won_deals_monthly') }}
)

select
    period_start,
    sum(case when segment = 'all' then won_deals end) as won_deals,
    sum(case when segment = 'all' then credited_customers end) as credited_customers
from won_deals
group by period_start
having
    sum(case when segment = 'all' then won_deals else -won_deals end) <> 0
    or sum(case when segment = 'all' then credited_customers else -credited_customers end) <> 0
