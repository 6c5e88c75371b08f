{#-
One row per points or value SLA: why the credit to date differs from the goal to date. The three effects add up to gap;
without a mix only upgrade_effect and gap are known.
-#}
with

drivers as (
    select * from {{ ref('int_gap_drivers_by_type') }}
),

standings as (
    select * from {{ ref('rpt_sla_status') }}
),

add_up_types as (
    select
        sla_id,
        sum(planned_leads) as planned_leads,
        sum(actual_leads) as actual_leads,
        sum(volume_effect) as volume_effect,
        sum(mix_effect) as mix_effect,
        sum(upgrade_effect) as upgrade_effect
    from drivers
    group by sla_id
)

select
    add_up_types.sla_id,
    standings.as_of_date,
    add_up_types.planned_leads,
    cast(add_up_types.actual_leads as bigint) as actual_leads,
    add_up_types.volume_effect,
    add_up_types.mix_effect,
    add_up_types.upgrade_effect,
    standings.gap
from add_up_types
inner join standings on add_up_types.sla_id = standings.sla_id
