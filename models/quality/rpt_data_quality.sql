{#-
One row per feed and reason, also where there is nothing to report: rows that landed, their disposition, and
issues of accepted ones. Counts of landed rows do not depend on as_of_date, but for those that wait for their day; the data
issues do.
-#}
with

reasons as (
    select * from {{ ref('data_quality_reasons') }}
),

feeds as (
    select * from {{ source('raw', 'feeds') }}
),

landed_files as (
    select * from {{ source('raw', 'landed_files') }}
),

lead_events as (
    select * from {{ ref('stg_raw__lead_events') }}
),

deal_events as (
    select * from {{ ref('stg_raw__deal_events') }}
),

merge_events as (
    select * from {{ ref('stg_raw__merge_events') }}
),

identities as (
    select * from {{ ref('stg_raw__record_identities') }}
),

deals as (
    select * from {{ ref('int_deal_versions') }}
),

lead_steps as (
    select * from {{ ref('int_lead_upgrades') }}
),

ledger as (
    select * from {{ ref('int_credit_ledger') }}
),

records as (
    select * from {{ ref('stg_raw__records') }}
),

count_rows as (
    select
        feed,
        file_number,
        'landed' as reason,
        rows_landed as number_of_rows
    from landed_files

    union all

    select
        feed,
        file_number,
        'rejected' as reason,
        rows_rejected as number_of_rows
    from landed_files

    union all

    select
        feed,
        file_number,
        'filtered' as reason,
        rows_filtered as number_of_rows
    from landed_files

    union all

    select
        feed,
        file_number,
        disposition as reason,
        count(*) as number_of_rows
    from lead_events
    group by feed, file_number, disposition

    union all

    select
        feed,
        file_number,
        disposition as reason,
        count(*) as number_of_rows
    from deal_events
    group by feed, file_number, disposition

    union all

    select
        feed,
        file_number,
        disposition as reason,
        count(*) as number_of_rows
    from merge_events
    group by feed, file_number, disposition
),

classify_won_deals as (
    select
        deals.feed,
        case
            when lead_steps.lead_id is null then 'deal_without_lead'
            when deals.won_date < lead_steps.lead_date then 'won_before_lead'
        end as reason
    from deals
    left join lead_steps
        on
            deals.lead_id = lead_steps.lead_id
            and lead_steps.from_type is null
    where
        deals.outcome = 'won'
        and {{ is_valid_on('deals.valid_from', 'deals.valid_to', as_of_date()) }}
),

count_won_deals as (
    select
        feed,
        reason,
        count(*) as number_of_rows
    from classify_won_deals
    where reason is not null
    group by feed, reason
),

count_unpriced as (
    select
        feed,
        'unpriced_points' as reason,
        sum(case when is_unpriced_points then entries end) as number_of_rows
    from ledger
    group by feed

    union all

    select
        feed,
        'unpriced_value' as reason,
        sum(case when is_unpriced_value then entries end) as number_of_rows
    from ledger
    group by feed
),

-- Of feeds of records only; an event that is corrected is a record as well, but nobody counts it as one.
count_records as (
    select
        feed,
        case when is_withdrawn then 'records_withdrawn' else 'records_current' end as reason,
        count(*) as number_of_rows
    from records
    where feed in (select feeds.feed from feeds where feeds.kind in ('lead_records', 'deal_records'))
    group by feed, is_withdrawn
),

rank_merges as (
    select
        merge_events.feed,
        merge_events.record_type,
        merge_events.from_id,
        merge_events.into_id,
        merge_events.action,
        row_number() over (
            partition by merge_events.record_type, merge_events.from_id, merge_events.into_id
            order by merge_events.occurred_at desc, merge_events.event_id desc, feeds.feed_order desc
        ) as position_from_last
    from merge_events
    inner join feeds on merge_events.feed = feeds.feed
    where
        merge_events.disposition = 'accepted'
        and merge_events.occurred_date <= {{ as_of_date() }}
),

name_merged_records as (
    {% for column in ['from_id', 'into_id'] -%}
    select
        feed,
        record_type,
        {{ column }} as record_id
    from rank_merges
    where
        position_from_last = 1
        and action = 'merge'
    {% if not loop.last %}
    union distinct

    {% endif -%}
    {% endfor %}
),

count_merged_records as (
    select
        named.feed,
        'merged_records' as reason,
        count(*) as number_of_rows
    from name_merged_records as named
    inner join identities
        on
            named.record_type = identities.record_type
            and named.record_id = identities.record_id
            and {{ is_known_on('identities', as_of_date()) }}
    where identities.canonical_id <> identities.record_id
    group by named.feed
),

list_days as (
    select
        landed_files.file_number,
        {{ local_date('landed_files.landed_at') }} as landed_date
    from landed_files
    inner join feeds on landed_files.feed = feeds.feed
    where feeds.is_configured
),

-- What has been known for longer, or is of a feed that is gone, is not news.
find_newest_files as (
    select file_number
    from list_days
    where landed_date = (select max(newest.landed_date) from list_days as newest)
),

sum_rows as (
    select
        count_rows.feed,
        count_rows.reason,
        sum(count_rows.number_of_rows) as number_of_rows,
        sum(case when find_newest_files.file_number is not null then count_rows.number_of_rows end) as new_rows
    from count_rows
    left join find_newest_files on count_rows.file_number = find_newest_files.file_number
    group by count_rows.feed, count_rows.reason
),

unite_counts as (
    select
        feed,
        reason,
        number_of_rows,
        new_rows
    from sum_rows

    union all

    select
        feed,
        reason,
        number_of_rows,
        null as new_rows
    from count_won_deals

    union all

    select
        feed,
        reason,
        number_of_rows,
        null as new_rows
    from count_unpriced

    union all

    select
        feed,
        reason,
        number_of_rows,
        null as new_rows
    from count_records

    union all

    select
        feed,
        reason,
        number_of_rows,
        null as new_rows
    from count_merged_records
)

select
    feeds.feed,
    reasons.reason,
    cast(coalesce(unite_counts.number_of_rows, 0) as bigint) as row_count,
    cast(coalesce(unite_counts.new_rows, 0) as bigint) as new_row_count
from feeds
cross join reasons
left join unite_counts
    on
        feeds.feed = unite_counts.feed
        and reasons.reason = unite_counts.reason
