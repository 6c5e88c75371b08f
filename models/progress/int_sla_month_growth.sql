{#-
One row per SLA, date up to as_of_date and earlier period among the 12 before: by what factor that period still grew
from the same elapsed share of the month to its end. Periods that had booked nothing by then are left out.
-#}
with

progress as (
    select * from {{ ref('int_sla_progress') }}
),

total_periods as (
    select
        sla_id,
        period_start,
        sum(actual) as total
    from progress
    group by sla_id, period_start
),

list_shares as (
    select distinct
        sla_id,
        period_start,
        elapsed_share
    from progress
    where actual is not null
),

-- The last day of the earlier period by which no larger share of it had passed.
find_same_share as (
    select
        list_shares.sla_id,
        list_shares.period_start,
        list_shares.elapsed_share,
        earlier.period_start as earlier_period_start,
        max(earlier.date) as earlier_date
    from list_shares
    inner join progress as earlier
        on
            list_shares.sla_id = earlier.sla_id
            and list_shares.period_start > earlier.period_start
            and {{ add_months('list_shares.period_start', -12) }} <= earlier.period_start
            and {{ at_least('list_shares.elapsed_share', 'earlier.elapsed_share') }}
    group by
        list_shares.sla_id,
        list_shares.period_start,
        list_shares.elapsed_share,
        earlier.period_start
)

select
    progress.sla_id,
    progress.date,
    find_same_share.earlier_period_start,
    total_periods.total / earlier.actual_cumulative as growth_factor
from progress
inner join find_same_share
    on
        progress.sla_id = find_same_share.sla_id
        and progress.period_start = find_same_share.period_start
        and progress.elapsed_share = find_same_share.elapsed_share
inner join progress as earlier
    on
        find_same_share.sla_id = earlier.sla_id
        and find_same_share.earlier_date = earlier.date
inner join total_periods
    on
        find_same_share.sla_id = total_periods.sla_id
        and find_same_share.earlier_period_start = total_periods.period_start
where
    progress.actual is not null
    and earlier.actual_cumulative <> 0
