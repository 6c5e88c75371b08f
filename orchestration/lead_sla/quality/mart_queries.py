"""The SQL of the mart suite. Each query returns the rows that break a rule; doubles are equal within 1e-9."""

EVERY_SLA_HAS_A_STATUS = """
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

ACTUAL_CUMULATIVE_IS_RUNNING_TOTAL = """
with

sum_actuals as (
    select
        sla_id,
        date,
        actual_cumulative,
        sum(actual) over (partition by sla_id, period_start order by date) as running_total
    from {batch}
    where date <= $as_of_date
)

select
    sla_id,
    date,
    actual_cumulative,
    running_total
from sum_actuals
where
    not coalesce(
        isfinite(running_total)
        and abs(actual_cumulative - running_total) <= 1e-9 * greatest(1, abs(running_total)),
        false
    )
order by sla_id, date
"""

ACTUALS_END_ON_AS_OF_DATE = """
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

list_periods as (
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
from list_periods
where
    has_weights
    and not coalesce(abs(last_elapsed_share - 1) <= 1e-9, false)
order by sla_id, period_start
"""

POINTS_MATCH_CLOSE_RATE = """
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

DAILY_CREDIT_EQUALS_CUMULATIVE_ACTUAL = """
with

sum_daily as (
    select
        daily.sla_id,
        cast(date_trunc('month', daily.date) as date) as period_start,
        sum(
            case slas.unit
                when 'leads' then daily.leads
                when 'points' then daily.points
                when 'value' then daily.value
            end
        ) as daily_credit
    from {batch} as daily
    left join marts.dim_slas as slas on daily.sla_id = slas.sla_id
    group by daily.sla_id, period_start
),

list_totals as (
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
    sum_daily.daily_credit,
    list_totals.actual_cumulative
from sum_daily
full join list_totals using (sla_id, period_start)
where
    not coalesce(
        abs(coalesce(sum_daily.daily_credit, 0) - list_totals.actual_cumulative)
        <= 1e-9 * greatest(1, abs(list_totals.actual_cumulative)),
        false
    )
order by sla_id, period_start
"""

SLA_SEGMENTS_HAVE_LEADS = """
with

list_segments as (
    select distinct segment from marts.fct_close_rates
    where segment <> 'all'
)

select
    slas.sla_id,
    slas.segment,
    min(candidates.segment) as similar_segment
from {batch} as slas
left join list_segments as candidates on lower(slas.segment) = lower(candidates.segment)
where
    slas.segment <> 'all'
    and slas.segment not in (select segment from list_segments)
    and exists (select 1 from list_segments)
group by slas.sla_id, slas.segment
order by slas.sla_id
"""
