"""The SQL of the mart suite. Each query finds what must not be; doubles are compared with a tolerance of 1e-9."""

DAYS_ARE_COMPLETE = """
with

list_periods as (
    select period_start from marts.fct_sla_goals
    union all
    select cast(date_trunc('month', $as_of_date) as date) as period_start
),

list_days as (
    select cast(unnest(generate_series(min(period_start), last_day($as_of_date), interval 1 day)) as date) as date
    from list_periods
),

expect_days as (
    select
        slas.sla_id,
        cast(date_trunc('month', list_days.date) as date) as period_start,
        list_days.date
    from marts.dim_slas as slas
    cross join list_days
)

select
    expect_days.sla_id,
    expect_days.period_start,
    count(*) as missing_days,
    min(expect_days.date) as first_missing_day
from expect_days
left join {batch} as found
    on
        expect_days.sla_id = found.sla_id
        and expect_days.date = found.date
where found.sla_id is null
group by expect_days.sla_id, expect_days.period_start
order by expect_days.sla_id, expect_days.period_start
"""

STATUS_IS_OF_AS_OF_DATE = """
select
    slas.sla_id,
    status.as_of_date,
    status.date,
    $as_of_date as expected_date
from marts.dim_slas as slas
left join {batch} as status on slas.sla_id = status.sla_id
where
    status.as_of_date is distinct from $as_of_date
    or status.date is distinct from $as_of_date
order by slas.sla_id
"""

GOAL_ENDS_AT_TARGET = """
select
    sla_id,
    date,
    target,
    target_cumulative
from {batch}
where
    date = last_day(date)
    and (
        (target is null) <> (target_cumulative is null)
        or abs(target_cumulative - target) > 1e-9 * abs(target)
    )
order by sla_id, date
"""

ACTUAL_ADDS_UP = """
with

add_up as (
    select
        sla_id,
        date,
        actual_cumulative,
        sum(actual) over (partition by sla_id, period_start order by date) as sum_of_actual
    from {batch}
    where date <= $as_of_date
)

select
    sla_id,
    date,
    actual_cumulative,
    sum_of_actual
from add_up
where
    not coalesce(
        isfinite(sum_of_actual)
        and abs(actual_cumulative - sum_of_actual) <= 1e-9 * greatest(1, abs(sum_of_actual)),
        false
    )
order by sla_id, date
"""

ACTUALS_REACH_AS_OF_DATE = """
select
    sla_id,
    date,
    actual,
    actual_cumulative,
    status
from {batch}
where
    (date <= $as_of_date and (actual is null or actual_cumulative is null or status is null))
    or (date > $as_of_date and (actual is not null or actual_cumulative is not null or status is not null))
order by sla_id, date
"""

ELAPSED_SHARE_ENDS_AT_ONE = """
with

see_periods as (
    select
        sla_id,
        period_start,
        arg_max_null(elapsed_share, date) as last_elapsed_share,
        count(elapsed_share) > 0 as has_weights
    from {batch}
    group by sla_id, period_start
)

select
    sla_id,
    period_start,
    last_elapsed_share
from see_periods
where
    has_weights
    and not coalesce(abs(last_elapsed_share - 1) <= 1e-9, false)
order by sla_id, period_start
"""

INTERVALS_HOLD_THE_RATE = """
select
    period_start,
    segment,
    event_type,
    method,
    close_rate_low,
    close_rate,
    close_rate_high
from {batch}
where
    close_rate is not null
    and not coalesce(
        close_rate_low >= -1e-9
        and close_rate_low <= close_rate + 1e-9
        and close_rate <= close_rate_high + 1e-9
        and close_rate_high <= 1 + 1e-9,
        false
    )
order by period_start, segment, event_type, method
"""

POINTS_FOLLOW_THE_RATE = """
select
    period_start,
    event_type,
    close_rate,
    points
from {batch}
where
    (points is null) <> (close_rate is null)
    or abs(points - 100 * close_rate) > 1e-9 * greatest(1, abs(100 * close_rate))
order by period_start, event_type
"""

LEDGER_CONSERVES = """
with

sum_ledger as (
    select
        daily.sla_id,
        cast(date_trunc('month', daily.date) as date) as period_start,
        sum(
            case slas.unit
                when 'leads' then daily.leads
                when 'points' then daily.points
                when 'value' then daily.value
            end
        ) as booked
    from {batch} as daily
    left join marts.dim_slas as slas on daily.sla_id = slas.sla_id
    group by daily.sla_id, period_start
),

find_totals as (
    select
        sla_id,
        period_start,
        actual_cumulative
    from marts.fct_sla_daily_cumulative
    where date = least($as_of_date, last_day(period_start))
)

select
    sla_id,
    period_start,
    sum_ledger.booked,
    find_totals.actual_cumulative
from sum_ledger
full join find_totals using (sla_id, period_start)
where
    not coalesce(
        abs(coalesce(sum_ledger.booked, 0) - find_totals.actual_cumulative)
        <= 1e-9 * greatest(1, abs(find_totals.actual_cumulative)),
        false
    )
order by sla_id, period_start
"""

LANDED_ROWS_ARE_CONSERVED = """
with

sum_reasons as (
    select
        feed,
        sum(case when reason = 'landed' then row_count else 0 end) as landed,
        sum(case when reason = 'accepted' then row_count else 0 end) as accepted,
        sum(case when reason = 'replayed' then row_count else 0 end) as replayed,
        sum(
            case
                when reason in (
                    'unknown_event_type', 'unknown_stage', 'unknown_lead', 'reserved_segment', 'negative_amount',
                    'unknown_currency', 'occurred_in_future', 'conflicting_duplicate'
                ) then row_count
                else 0
            end
        ) as quarantined
    from {batch}
    group by feed
)

select
    feed,
    landed,
    accepted,
    replayed,
    quarantined
from sum_reasons
where landed is distinct from accepted + replayed + quarantined
order by feed
"""

SEGMENTS_HAVE_LEADS = """
with

list_segments as (
    select distinct segment from marts.fct_close_rates
    where segment <> 'all'
)

select
    slas.sla_id,
    slas.segment,
    min(alike.segment) as spelled_alike
from {batch} as slas
left join list_segments as alike on lower(slas.segment) = lower(alike.segment)
where
    slas.segment <> 'all'
    and slas.segment not in (select segment from list_segments)
    and exists (select 1 from list_segments)
group by slas.sla_id, slas.segment
order by slas.sla_id
"""
