{#-
One row per lead and qualifying event type that it has had: the first such event. The touches that rank strictly higher
than every one before are the lead's steps. The model does not depend on as_of_date or customer dates; for the state
of a day, select the touches up to that day. Only leads with newly landed events are computed.
-#}
{{ config(
    materialized='incremental',
    unique_key='lead_id',
    pre_hook="{{ delete_rows_of(ref('stg_raw__corrected_leads'), 'lead_id') }}",
) }}
with

lead_rows as {{ not_materialized() }} (
    select * from {{ ref('stg_raw__lead_rows') }}
),

exceptions as (
    select * from {{ ref('stg_raw__lead_exceptions') }}
),

event_types as (
    select * from {{ ref('event_types') }}
),

watermark as (
    select * from {{ source('build', 'watermark') }}
),

corrected_leads as (
    select * from {{ ref('stg_raw__corrected_leads') }}
),

{%- if is_incremental() %}

find_affected as (
    select distinct lead_rows.lead_id
    from lead_rows
    left join exceptions
        on
            lead_rows.file_number = exceptions.file_number
            and lead_rows.row_number = exceptions.row_number
    where
        lead_rows.file_number > (select watermark.file_number from watermark)
        and coalesce(exceptions.disposition, 'accepted') = 'accepted'

    union distinct

    select lead_id
    from corrected_leads
),
{%- endif %}

-- Rows of other leads are left out before any join: joining the whole history takes three times as long.
choose_rows as (
    select
        file_number,
        row_number,
        lead_id,
        event_id,
        feed,
        feed_order,
        event_type,
        segment,
        coalesce(channel, 'unknown') as channel,
        coalesce(landing_page, 'unknown') as landing_page,
        occurred_at
    from lead_rows
    {%- if is_incremental() %}
    where lead_id in (select find_affected.lead_id from find_affected)
    {%- endif %}
),

rank_events as (
    select
        choose_rows.*,
        event_types.funnel_rank
    from choose_rows
    inner join event_types on choose_rows.event_type = event_types.event_type
    left join exceptions
        on
            choose_rows.file_number = exceptions.file_number
            and choose_rows.row_number = exceptions.row_number
    where
        coalesce(exceptions.disposition, 'accepted') = 'accepted'
        and event_types.is_qualifying
),

-- One row per lead and type first: later events of a type are not steps, and fewer rows have to be sorted below.
keep_first_of_type as (
    select
        lead_id,
        event_type,
        funnel_rank,
        min({{ pack([
            'occurred_at', 'event_id', 'feed_order', 'feed', 'segment', 'channel', 'landing_page'
        ]) }}) as first_event
    from rank_events
    group by lead_id, event_type, funnel_rank
),

add_days as (
    select
        lead_id,
        event_type,
        funnel_rank,
        first_event.feed,
        first_event.segment,
        first_event.channel,
        first_event.landing_page,
        first_event.occurred_at as touched_at,
        {{ local_date('first_event.occurred_at') }} as touched_date
    from keep_first_of_type
),

look_back as (
    select
        add_days.*,
        max(funnel_rank) over (
            partition by lead_id
            order by touched_at, funnel_rank desc
            rows between unbounded preceding and 1 preceding
        ) as highest_rank_before,
        first_value(touched_date) over (partition by lead_id order by touched_at, funnel_rank desc) as lead_date,
        first_value(segment) over (partition by lead_id order by touched_at, funnel_rank desc) as lead_segment,
        first_value(channel) over (partition by lead_id order by touched_at, funnel_rank desc) as lead_channel,
        first_value(landing_page) over (partition by lead_id order by touched_at, funnel_rank desc) as lead_landing_page
    from add_days
),

find_steps as (
    select
        look_back.*,
        highest_rank_before is null or funnel_rank > highest_rank_before as is_step
    from look_back
)

-- A step ranks higher than the one before, so the order of ranks is the order of time.
select
    lead_id,
    event_type,
    feed,
    lead_segment as segment,
    lead_channel as channel,
    lead_landing_page as landing_page,
    lead_date,
    touched_at,
    touched_date,
    is_step,
    case
        when is_step then row_number() over (partition by lead_id, is_step order by funnel_rank)
    end as step_number,
    case
        when is_step then lag(event_type) over (partition by lead_id, is_step order by funnel_rank)
    end as from_type,
    case
        when is_step then lead(touched_date) over (partition by lead_id, is_step order by funnel_rank)
    end as next_step_date
from find_steps
