{#-
One row per SLA and period: why the credit differs from the goal, on the period's last day or as_of_date. The three effects
add up to gap; without a mix only actual_leads and gap are known.
-#}
with

drivers as (
    select * from {{ ref('int_gap_drivers_by_type') }}
),

standings as (
    select * from {{ ref('fct_sla_daily_cumulative') }}
),

add_up_types as (
    select
        sla_id,
        period_start,
        date,
        sum(planned_leads) as planned_leads,
        sum(actual_leads) as actual_leads,
        sum(volume_effect) as volume_effect,
        sum(mix_effect) as mix_effect,
        sum(upgrade_effect) as upgrade_effect
    from drivers
    group by sla_id, period_start, date
)

select
    add_up_types.sla_id,
    add_up_types.period_start,
    add_up_types.date as as_of_date,
    add_up_types.planned_leads,
    cast(add_up_types.actual_leads as bigint) as actual_leads,
    add_up_types.volume_effect,
    add_up_types.mix_effect,
    add_up_types.upgrade_effect,
    standings.gap
from add_up_types
inner join standings
    on
        add_up_types.sla_id = standings.sla_id
        and add_up_types.date = standings.date
