{#-
One row per day, segment, feed, from_type and to_type of the credit ledger. leads counts the first entries (from_type
is null), since upgrades count none; points and value (reporting currency) are the rate card's of the entries' period,
to_type less from_type, times the entries, and 0 where a type has no price yet, as flagged by is_unpriced_points and
is_unpriced_value.
-#}
with

entries as (
    select * from {{ ref('int_credit_entries') }}
),

rate_cards as (
    select * from {{ ref('fct_rate_cards') }}
),

price_entries as (
    select
        entries.entry_date,
        to_cards.period_start,
        entries.segment,
        entries.feed,
        entries.from_type,
        entries.to_type,
        entries.entries,
        case
            when entries.from_type is null then to_cards.points
            else to_cards.points - from_cards.points
        end as points,
        case
            when entries.from_type is null then to_cards.value
            else to_cards.value - from_cards.value
        end as value
    from entries
    inner join rate_cards as to_cards
        on
            {{ month_start('entries.entry_date') }} = to_cards.period_start
            and entries.to_type = to_cards.event_type
    left join rate_cards as from_cards
        on
            to_cards.period_start = from_cards.period_start
            and entries.from_type = from_cards.event_type
)

select
    entry_date,
    period_start,
    segment,
    feed,
    from_type,
    to_type,
    entries,
    case when from_type is null then entries else 0 end as leads,
    coalesce(entries * points, 0) as points,
    coalesce(entries * value, 0) as value,
    points is null as is_unpriced_points,
    value is null as is_unpriced_value
from price_entries
