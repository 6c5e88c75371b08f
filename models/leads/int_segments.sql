{#- One row per segment that a lead has, and `all`, the roll-up. -#}
with

lead_steps as (
    select * from {{ ref('int_lead_upgrades') }}
)

select distinct segment
from lead_steps

union distinct

select 'all' as segment
