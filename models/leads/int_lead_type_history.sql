{#-
One row per lead, version of the lead, way of counting and lead type up to as_of_date, with the days on which the lead
counts under the type, valid_from inclusive to valid_to exclusive (null: for ever). `current` counts a lead under the one
highest type it has on the day, `any_touch` under every type it has had. Types held for less than a day are left out.
From counted_from to counted_to the version is known as well; both are null if it never is while it has the type.
-#}
{{ config(materialized='view') }}
with

touches as (
    select * from {{ ref('int_lead_touches') }}
),

bound_steps as (
    select
        lead_id,
        known_from,
        known_to,
        lead_date,
        segment,
        channel,
        landing_page,
        event_type,
        touched_date as valid_from,
        case when next_step_date <= {{ as_of_date() }} then next_step_date end as valid_to
    from touches
    where
        is_step
        and touched_date <= {{ as_of_date() }}
),

list_types as (
    select
        'current' as counting,
        bound_steps.*
    from bound_steps
    where valid_to is null or valid_to > valid_from

    union all

    select
        'any_touch' as counting,
        lead_id,
        known_from,
        known_to,
        lead_date,
        segment,
        channel,
        landing_page,
        event_type,
        touched_date as valid_from,
        cast(null as date) as valid_to
    from touches
    where touched_date <= {{ as_of_date() }}
),

compare_days as (
    select
        list_types.*,
        (known_from is null or valid_to is null or known_from < valid_to)
        and (known_to is null or valid_from < known_to) as is_known_meanwhile
    from list_types
)

select
    counting,
    lead_id,
    known_from,
    known_to,
    lead_date,
    segment,
    channel,
    landing_page,
    event_type,
    valid_from,
    valid_to,
    case when is_known_meanwhile then {{ later_day('valid_from', 'known_from') }} end as counted_from,
    case when is_known_meanwhile then {{ earlier_day('valid_to', 'known_to') }} end as counted_to
from compare_days
