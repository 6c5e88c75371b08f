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

find_ruling as (
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
            and (spreads.ruled_from_date is null or days.date >= spreads.ruled_from_date)
    group by days.sla_id, days.date, days.period_start
)

select
    days.sla_id,
    days.date,
    days.period_start,
    {{ curve_height('ruling', 'days.weight_to_date') }} as target_cumulative
from days
left join find_ruling
    on
        days.sla_id = find_ruling.sla_id
        and days.date = find_ruling.date
left join spreads as ruling
    on
        find_ruling.sla_id = ruling.sla_id
        and find_ruling.period_start = ruling.period_start
        and find_ruling.revision_number = ruling.revision_number
