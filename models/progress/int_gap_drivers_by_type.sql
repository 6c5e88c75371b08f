{#-
One row per SLA, period and qualifying lead type: why the credit booked in the period, up to its last day or as_of_date,
differs from the goal to date, in the SLA's unit.

What is planned is the usual month: the leads of the months before, by the type they have reached (the mix) and by their
first type (the first mix). A lead counts under its first type, and what it is upgraded by is booked on top; the usual
upgrades turn the first mix into the mix. So leads are planned in the proportions of the first mix and worth a lead of the
mix, and a usual month has neither a mix effect nor an upgrade effect. In a leads SLA every lead counts 1 under its first
type, and upgrades count nothing. Planned figures and effects are null without a mix or a target, or when a lead of the mix
is worth nothing.
-#}
with

standings as (
    select * from {{ ref('fct_sla_daily_cumulative') }}
),

periods as (
    select * from {{ ref('int_month_spine') }}
),

event_types as (
    select * from {{ ref('event_types') }}
),

mixes as (
    select * from {{ ref('int_lead_mixes') }}
),

first_mixes as (
    select * from {{ ref('int_first_type_mixes') }}
),

rate_cards as (
    select * from {{ ref('fct_rate_cards') }}
),

ledger as (
    select * from {{ ref('int_credit_ledger') }}
),

-- An upgrade adds a lead to the type it reaches and takes one from the type it leaves; unpriced ones book nothing.
move_leads as (
    select
        period_start,
        segment,
        to_type as event_type,
        leads,
        case when from_type is null or is_unpriced_points then 0 else entries end as moved_at_points,
        case when from_type is null or is_unpriced_value then 0 else entries end as moved_at_value
    from ledger

    union all

    select
        period_start,
        segment,
        from_type as event_type,
        0 as leads,
        case when is_unpriced_points then 0 else -entries end as moved_at_points,
        case when is_unpriced_value then 0 else -entries end as moved_at_value
    from ledger
    where from_type is not null
),

sum_moves as (
    select
        period_start,
        segment,
        event_type,
        sum(leads) as leads,
        sum(moved_at_points) as moved_at_points,
        sum(moved_at_value) as moved_at_value
    from move_leads
    group by period_start, segment, event_type
),

list_types as (
    select
        standings.sla_id,
        standings.segment,
        standings.period_start,
        standings.date,
        standings.unit,
        standings.target_cumulative,
        event_types.event_type,
        coalesce({{ in_unit('standings.unit', '1', 'rate_cards.points', 'rate_cards.value') }}, 0) as credit,
        coalesce(first_mixes.leads, 0) as first_mix_leads,
        coalesce({{ in_unit('standings.unit', 'first_mixes.leads', 'mixes.leads', 'mixes.leads') }}, 0) as mix_leads
    from standings
    inner join periods
        on
            standings.period_start = periods.period_start
            and standings.date = least(periods.period_end_date, {{ as_of_date() }})
    cross join event_types
    inner join rate_cards
        on
            standings.period_start = rate_cards.period_start
            and event_types.event_type = rate_cards.event_type
    left join mixes
        on
            standings.period_start = mixes.period_start
            and standings.segment = mixes.segment
            and event_types.event_type = mixes.event_type
    left join first_mixes
        on
            standings.period_start = first_mixes.period_start
            and standings.segment = first_mixes.segment
            and event_types.event_type = first_mixes.event_type
    where event_types.is_qualifying
),

add_actuals as (
    select
        list_types.sla_id,
        list_types.period_start,
        list_types.date,
        list_types.event_type,
        list_types.target_cumulative,
        list_types.credit,
        list_types.first_mix_leads,
        list_types.mix_leads,
        coalesce(sum(sum_moves.leads), 0) as actual_leads,
        coalesce(
            sum({{ in_unit('list_types.unit', '0', 'sum_moves.moved_at_points', 'sum_moves.moved_at_value') }}), 0
        ) as upgraded_leads
    from list_types
    left join sum_moves
        on
            list_types.period_start = sum_moves.period_start
            and list_types.event_type = sum_moves.event_type
            and list_types.segment in (sum_moves.segment, 'all')
    group by
        list_types.sla_id,
        list_types.period_start,
        list_types.date,
        list_types.event_type,
        list_types.target_cumulative,
        list_types.credit,
        list_types.first_mix_leads,
        list_types.mix_leads
),

compare_mixes as (
    select
        add_actuals.*,
        {{ ratio('first_mix_leads', 'sum(first_mix_leads) over same_sla') }} as first_share,
        {{ ratio('mix_leads', 'sum(mix_leads) over same_sla') }} as mix_share,
        {{ ratio(
            'target_cumulative * sum(mix_leads) over same_sla', 'sum(mix_leads * credit) over same_sla'
        ) }} as planned_leads_of_sla,
        sum(actual_leads) over same_sla as actual_leads_of_sla
    from add_actuals
    window same_sla as (partition by sla_id, period_start)
),

split_gap as (
    select
        compare_mixes.*,
        -- Adding 0 turns a binary -0 into 0.
        0 + (actual_leads_of_sla - planned_leads_of_sla) * mix_share * credit as volume_effect,
        case
            when planned_leads_of_sla is not null
                then 0 + (actual_leads - actual_leads_of_sla * first_share) * credit
        end as mix_effect,
        case
            when planned_leads_of_sla is not null
                then 0 + (upgraded_leads - actual_leads_of_sla * (mix_share - first_share)) * credit
        end as upgrade_effect
    from compare_mixes
)

select
    sla_id,
    period_start,
    event_type,
    date,
    planned_leads_of_sla * first_share as planned_leads,
    actual_leads,
    volume_effect,
    mix_effect,
    upgrade_effect,
    volume_effect + mix_effect + upgrade_effect as gap
from split_gap
