{{ config(meta={'dagster': {'ref': {'name': 'rpt_sla_gap_drivers'}}}) }}
{#-
The volume, mix and upgrade effects add up to the gap, and the gaps of the types to that of the SLA. Returns the SLAs
and periods in which they do not; if it fails, the report explains a gap by the wrong amounts.
-#}
with

drivers as (
    select * from {{ ref('rpt_sla_gap_drivers') }}
),

drivers_by_type as (
    select * from {{ ref('rpt_sla_gap_drivers_by_type') }}
),

add_up_types as (
    select
        sla_id,
        period_start,
        sum(gap) as gap
    from drivers_by_type
    group by sla_id, period_start
)

select
    drivers.sla_id,
    drivers.period_start,
    drivers.gap,
    drivers.volume_effect + drivers.mix_effect + drivers.upgrade_effect as effects,
    add_up_types.gap as gap_of_types
from drivers
inner join add_up_types
    on
        drivers.sla_id = add_up_types.sla_id
        and drivers.period_start = add_up_types.period_start
where
    abs(drivers.volume_effect + drivers.mix_effect + drivers.upgrade_effect - drivers.gap)
    > 1e-6 * greatest(1, abs(drivers.gap))
    or abs(add_up_types.gap - drivers.gap) > 1e-6 * greatest(1, abs(drivers.gap))
