{#-
One row per period and lead type whose card differs from the one published last, is new to it (was_published false) or
gone from it (is_published false): what this refresh adds to the ledger of rate cards once it is published.
is_agreement: the rate itself differs, and was or is an agreed one.
-#}
with

cards as (
    select * from {{ ref('fct_rate_cards') }}
),

published_cards as (
    select * from {{ source('raw', 'published_rate_cards') }}
),

compare_cards as (
    select
        coalesce(cards.period_start, published.period_start) as period_start,
        coalesce(cards.event_type, published.event_type) as event_type,
        cards.close_rate,
        cards.points,
        cards.value,
        cards.rate_source,
        published.event_type is not null as was_published,
        cards.event_type is not null as is_published,
        {{ is_moved('published.points', 'cards.points') }}
        or {{ is_moved('published.value', 'cards.value') }} as is_moved,
        coalesce(published.rate_source, '') <> coalesce(cards.rate_source, '') as is_source_changed,
        (
            published.close_rate <> cards.close_rate
            or (published.close_rate is null and cards.close_rate is not null)
            or (published.close_rate is not null and cards.close_rate is null)
        )
        and (published.rate_source = 'agreed' or cards.rate_source = 'agreed') as is_agreement
    from cards
    full join published_cards as published
        on
            cards.period_start = published.period_start
            and cards.event_type = published.event_type
)

select
    period_start,
    event_type,
    close_rate,
    points,
    value,
    rate_source,
    was_published,
    is_published,
    coalesce(was_published and is_published and is_moved, false) as is_moved,
    coalesce(is_agreement, false) as is_agreement
from compare_cards
where
    not was_published
    or not is_published
    or is_moved
    or is_source_changed
