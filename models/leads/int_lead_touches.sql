{#-
One row per lead, version of the lead and qualifying event type that it has had: the first such event. The touches that rank
strictly higher than every one before are the lead's steps. A version of a merged lead has the events of all its records; it
is known from known_from inclusive (null: from the beginning) to known_to exclusive (null: for ever), and lead_id is the
record that stands for all. The model does not depend on as_of_date or customer dates; for the state of a day, select the
versions known on that day and the touches up to it. Only leads with newly landed events or merges are computed.
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

families as (
    select * from {{ ref('stg_raw__merge_families') }}
),

identities as (
    select * from {{ ref('stg_raw__record_identities') }}
),

watermark as (
    select * from {{ source('build', 'watermark') }}
),

corrected_leads as (
    select * from {{ ref('stg_raw__corrected_leads') }}
),

{%- if is_incremental() %}

find_new_leads as (
    select distinct lead_rows.lead_id
    from lead_rows
    left join exceptions
        on
            lead_rows.file_number = exceptions.file_number
            and lead_rows.row_number = exceptions.row_number
    where
        lead_rows.file_number > (select watermark.file_number from watermark)
        and coalesce(exceptions.disposition, 'accepted') = 'accepted'
),

find_affected as (
    select lead_id
    from find_new_leads

    union distinct

    select lead_id
    from corrected_leads

    union distinct

    {{ select_relatives('lead', 'find_new_leads') }}
),
{%- endif %}

list_merged_leads as (
    select
        record_id,
        canonical_id,
        known_from,
        known_to
    from identities
    where record_type = 'lead'
),

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

-- Most leads are in no merge, and pass unchanged.
unite_persons as (
    select
        lead_id,
        cast(null as date) as known_from,
        cast(null as date) as known_to,
        event_type,
        funnel_rank,
        first_event
    from keep_first_of_type
    where lead_id not in (select list_merged_leads.record_id from list_merged_leads)

    union all

    select
        merged_leads.canonical_id as lead_id,
        merged_leads.known_from,
        merged_leads.known_to,
        touches.event_type,
        touches.funnel_rank,
        min(touches.first_event) as first_event
    from keep_first_of_type as touches
    inner join list_merged_leads as merged_leads on touches.lead_id = merged_leads.record_id
    group by
        merged_leads.canonical_id,
        merged_leads.known_from,
        merged_leads.known_to,
        touches.event_type,
        touches.funnel_rank
),

add_days as (
    select
        lead_id,
        known_from,
        known_to,
        event_type,
        funnel_rank,
        first_event.feed,
        first_event.segment,
        first_event.channel,
        first_event.landing_page,
        first_event.occurred_at as touched_at,
        {{ local_date('first_event.occurred_at') }} as touched_date
    from unite_persons
),

look_back as (
    select
        add_days.*,
        max(funnel_rank) over (
            partition by lead_id, known_from
            order by touched_at, funnel_rank desc
            rows between unbounded preceding and 1 preceding
        ) as highest_rank_before,
        first_value(touched_date) over same_lead as lead_date,
        first_value(segment) over same_lead as lead_segment,
        first_value(channel) over same_lead as lead_channel,
        first_value(landing_page) over same_lead as lead_landing_page
    from add_days
    window same_lead as (partition by lead_id, known_from order by touched_at, funnel_rank desc)
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
    known_from,
    known_to,
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
        when is_step then row_number() over same_steps
    end as step_number,
    case
        when is_step then lag(event_type) over same_steps
    end as from_type,
    case
        when is_step then lead(touched_date) over same_steps
    end as next_step_date
from find_steps
window same_steps as (partition by lead_id, known_from, is_step order by funnel_rank)
