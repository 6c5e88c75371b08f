"""The SQL of the landing suite. `$code`, `$columns` and the like differ by feed kind, `$as_of_date` by run.

Days are local dates in the business zone, an event that landed several times counts once, and a feed without enough
history passes: every comparison needs a minimum of events on both sides.
"""

# Great Expectations warns about queries without {batch}; those of the three comparisons have it in a comment.

# The events that the three comparisons of a feed kind read, selected once. The `where` skips the conversion of stamps
# that are older than every window; it leaves two days for the zone.
RECENT_EVENTS = """
create table scratch.recent_$kind as
select
    feed,
    event_id,
    min(
        coalesce(
            occurred_date,
            cast(occurred_at $in_business_zone as date)
        )
    ) as day,
    any_value($code) as $code,
    $columns
from raw.$kind
where coalesce(occurred_at, cast(occurred_date as timestamp)) >= $as_of_date - 72
group by feed, event_id
"""

FRESHNESS = """
with

newest_events as (
    select
        feed,
        greatest(
            max(occurred_date) filter (occurred_date <= $as_of_date),
            cast(
                max(occurred_at) filter (
                    occurred_at
                    < cast($as_of_date + 1 as timestamp) at time zone $business_timezone at time zone 'UTC'
                )
                at time zone 'UTC' at time zone $business_timezone as date
            )
        ) as newest_day
    from {batch}
    group by feed
)

select
    newest_events.feed,
    newest_events.newest_day,
    $as_of_date - newest_events.newest_day as days_old
from newest_events
inner join raw.feeds as feeds on newest_events.feed = feeds.feed
where
    feeds.is_configured
    and newest_events.newest_day < $as_of_date - 3
order by newest_events.feed
"""

VOLUME = """
/* {batch} */
with

list_weeks as (
    select
        feeds.feed,
        weeks.weeks_ago
    from raw.feeds as feeds
    cross join range(9) as weeks(weeks_ago)
    where
        feeds.is_configured
        and feeds.kind = '$kind'
),

count_weeks as (
    select
        list_weeks.feed,
        list_weeks.weeks_ago,
        count(recent_events.event_id) as events
    from list_weeks
    left join scratch.recent_$kind as recent_events
        on
            list_weeks.feed = recent_events.feed
            and list_weeks.weeks_ago = ($as_of_date - recent_events.day) // 7
            and recent_events.day <= $as_of_date
    group by list_weeks.feed, list_weeks.weeks_ago
),

compare as (
    select
        feed,
        max(events) filter (weeks_ago = 0) as events_in_last_7_days,
        median(events) filter (weeks_ago > 0) as usual_in_7_days,
        max(events) filter (weeks_ago = 8) as events_8_weeks_ago
    from count_weeks
    group by feed
)

select
    feed,
    events_in_last_7_days,
    usual_in_7_days
from compare
where
    events_8_weeks_ago > 0
    and usual_in_7_days >= 30
    and events_in_last_7_days not between 0.5 * usual_in_7_days and 2 * usual_in_7_days
order by feed
"""

NULL_SHARES = """
/* {batch} */
with

count_filled as (
    select
        feed,
        day > $as_of_date - 7 as is_new,
        count(*) as events,
        $counts
    from scratch.recent_$kind
    where day between $as_of_date - 62 and $as_of_date
    group by feed, is_new
),

turn_columns as (
    unpivot count_filled on $names into name column_name value filled
),

compare as (
    select
        feed,
        column_name,
        max(events) filter (is_new) as events_in_last_7_days,
        max(events) filter (not is_new) as older_events,
        1 - max(filled / events) filter (is_new) as empty_share,
        1 - max(filled / events) filter (not is_new) as usual_empty_share
    from turn_columns
    group by feed, column_name
)

select
    feed,
    column_name,
    events_in_last_7_days,
    round(empty_share, 3) as empty_share,
    round(usual_empty_share, 3) as usual_empty_share
from compare
where
    older_events >= 30
    and (
        (
            events_in_last_7_days >= 30
            and empty_share > usual_empty_share + 0.2
        )
        or (
            events_in_last_7_days * (1 - usual_empty_share) >= 20
            and 1 - empty_share < 0.5 * (1 - usual_empty_share)
        )
    )
order by feed, column_name
"""

CODES_STILL_ARRIVE = """
/* {batch} */
with

count_codes as (
    select
        feed,
        $code,
        count(*) filter (day > $as_of_date - 14) as new_events,
        count(*) filter (day <= $as_of_date - 14) as old_events
    from scratch.recent_$kind
    where day between $as_of_date - 69 and $as_of_date
    group by feed, $code
),

compare as (
    select
        feed,
        $code,
        new_events,
        old_events,
        old_events / sum(old_events) over same_feed as usual_share,
        sum(new_events) over same_feed as events_in_last_14_days
    from count_codes
    window same_feed as (partition by feed)
)

select
    feed,
    $code,
    round(usual_share, 3) as usual_share,
    events_in_last_14_days
from compare
where
    new_events = 0
    and old_events >= 10
    and usual_share >= 0.05
    and usual_share * events_in_last_14_days >= 5
order by feed, $code
"""

FILES_MATCH_STORED_ROWS = """
with

count_events as (
    select file_number, count(*) as events from raw.lead_events group by file_number
    union all
    select file_number, count(*) as events from raw.deal_events group by file_number
    union all
    select file_number, count(*) as events from raw.record_merges group by file_number
),

sum_events as (
    select file_number, sum(events) as events from count_events group by file_number
),

count_rejected as (
    select file_number, count(*) as rejected from raw.rejected_rows group by file_number
)

select
    file_number,
    files.path,
    coalesce(files.rows_landed, 0) as rows_landed,
    coalesce(sum_events.events, 0) as stored_events,
    coalesce(files.rows_rejected, 0) as rows_rejected,
    coalesce(count_rejected.rejected, 0) as stored_rejects
from {batch} as files
full join sum_events using (file_number)
full join count_rejected using (file_number)
where
    coalesce(files.rows_landed, 0) <> coalesce(sum_events.events, 0)
    or coalesce(files.rows_rejected, 0) <> coalesce(count_rejected.rejected, 0)
order by file_number
"""

REJECTED_SHARE = """
select
    feed,
    sum(rows_read) as rows_read,
    sum(rows_rejected) as rows_rejected,
    round(sum(rows_rejected) / (sum(rows_read) - sum(rows_filtered)), 3) as rejected_share,
    $max_rejected_share as allowed_share
from {batch}
where coalesce(read_again_at, landed_at) = (select max(coalesce(read_again_at, landed_at)) from {batch})
group by feed
having
    sum(rows_read) - sum(rows_filtered) >= 100
    and sum(rows_rejected) > $max_rejected_share * (sum(rows_read) - sum(rows_filtered))
order by feed
"""
