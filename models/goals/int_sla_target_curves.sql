{#-
One row per SLA and date: the cumulative goal, in the SLA's unit, null all month when the target is null. On each day
the latest revision of the target rules that has taken effect: the curve rises in proportion to the weight of the days.
-#}
with

days as (
    select * from {{ ref('int_sla_pacing_weights') }}
),

spreads as (
    select * from {{ ref('int_sla_target_spreads') }}
),

find_in_force as (
    select
        days.sla_id,
        days.date,
        days.period_start,
        max(spreads.revision_number) as revision_number
    from days
    inner join spreads
        on
            days.sla_id = spreads.sla_id
            and days.period_start = spreads.period_start
            and (spreads.in_force_from_date is null or days.date >= spreads.in_force_from_date)
    group by days.sla_id, days.date, days.period_start
)

select
    days.sla_id,
    days.date,
    days.period_start,
    {{ curve_height('in_force', 'days.weight_to_date') }} as target_cumulative
from days
left join find_in_force
    on
        days.sla_id = find_in_force.sla_id
        and days.date = find_in_force.date
left join spreads as in_force
    on
        find_in_force.sla_id = in_force.sla_id
        and find_in_force.period_start = in_force.period_start
        and find_in_force.revision_number = in_force.revision_number
