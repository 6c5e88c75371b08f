{#-
One row per SLA, date and figure that differs from what was published last, is new to it (was_published false) or gone
from it (is_published false): what this refresh adds to the ledger of figures once it is published. A goal covers the
whole month, an actual the days to as_of_date. A change that rounds to nothing stays out, so small ones add up against
what was published last.
-#}
with

cumulative as (
    select * from {{ ref('fct_sla_daily_cumulative') }}
),

published_figures as (
    select * from {{ source('raw', 'published_figures') }}
),

unpivot_figures as (
    select
        sla_id,
        date,
        'actual' as figure,
        period_start,
        actual as amount
    from cumulative
    where date <= {{ as_of_date() }}

    union all

    select
        sla_id,
        date,
        'goal' as figure,
        period_start,
        target_daily as amount
    from cumulative
),

compare_figures as (
    select
        coalesce(figures.sla_id, published.sla_id) as sla_id,
        coalesce(figures.date, published.date) as date,
        coalesce(figures.figure, published.figure) as figure,
        coalesce(figures.period_start, published.period_start) as period_start,
        published.amount as previous_value,
        figures.amount as current_value,
        published.sla_id is not null as was_published,
        figures.sla_id is not null as is_published
    from unpivot_figures as figures
    full join published_figures as published
        on
            figures.sla_id = published.sla_id
            and figures.date = published.date
            and figures.figure = published.figure
)

select
    sla_id,
    date,
    figure,
    period_start,
    previous_value,
    current_value,
    was_published,
    is_published
from compare_figures
where
    not was_published
    or not is_published
    or {{ is_restated('previous_value', 'current_value') }}
