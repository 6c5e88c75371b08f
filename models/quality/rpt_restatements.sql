{#-
One row per SLA, date, figure and publication that changed it: what the day was published with before, and what it has
since. The restatements of all publications so far, and those that this refresh publishes.
-#}
with

published_restatements as (
    select * from {{ source('raw', 'published_restatements') }}
),

last_publication as (
    select * from {{ source('raw', 'last_publication') }}
),

figures as (
    select * from {{ ref('int_restated_figures') }}
),

reasons as (
    select * from {{ ref('int_restatement_reasons') }}
),

join_reasons as (
    select
        sla_id,
        date,
        figure,
        {{ join_sorted('reason') }} as reason
    from reasons
    group by sla_id, date, figure
),

find_restatements as (
    select
        figures.sla_id,
        figures.date,
        figures.figure,
        figures.period_start,
        {{ add_days(add_months('figures.period_start', 1), -1) }} <= last_publication.as_of_date as is_closed_period,
        last_publication.published_at as was_published_at,
        cast('{{ var("published_at") }}' as {{ dbt.type_timestamp() }}) as published_at,
        figures.previous_value,
        figures.current_value,
        figures.current_value - figures.previous_value as change,
        coalesce(join_reasons.reason, 'unexplained') as reason
    from figures
    cross join last_publication
    left join join_reasons
        on
            figures.sla_id = join_reasons.sla_id
            and figures.date = join_reasons.date
            and figures.figure = join_reasons.figure
)

{% for restatements in ['published_restatements', 'find_restatements'] -%}
select
    sla_id,
    date,
    figure,
    period_start,
    is_closed_period,
    cast(was_published_at as {{ dbt.type_timestamp() }}) as was_published_at,
    cast(published_at as {{ dbt.type_timestamp() }}) as published_at,
    previous_value,
    current_value,
    change,
    reason
from {{ restatements }}
{%- if not loop.last %}

union all

{% endif -%}
{%- endfor %}
