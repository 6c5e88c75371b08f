{#-
One row per points or value SLA and qualifying lead type: why the credit booked this period up to as_of_date differs
from the goal to date, in the SLA's unit. Planned figures share out the goal by the mix of the weighted close rate;
they are null without a mix or a target, or when a lead of the mix is worth nothing.
-#}
with

standings as (
    select * from {{ ref('fct_sla_daily_cumulative') }}
),

event_types as (
    select * from {{ ref('event_types') }}
),

mixes as (
    select * from {{ ref('int_lead_mixes') }}
),

rate_cards as (
    select * from {{ ref('fct_rate_cards') }}
),

ledger as (
    select * from {{ ref('int_credit_ledger') }}
),

sum_ledger as (
    select
        period_start,
        segment,
        to_type as event_type,
        sum(leads) as leads,
        sum(case when from_type is not null then points else 0 end) as upgrade_points,
        sum(case when from_type is not null then value else 0 end) as upgrade_value
    from ledger
    group by period_start, segment, to_type
),

list_types as (
    select
        standings.sla_id,
        standings.segment,
        standings.period_start,
        standings.unit,
        standings.target_cumulative,
        event_types.event_type,
        coalesce({{ in_unit('standings.unit', '0', 'rate_cards.points', 'rate_cards.value') }}, 0) as credit,
        coalesce(mixes.leads, 0) as mix_leads
    from standings
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
    where
        standings.date = {{ as_of_date() }}
        and standings.unit in ('points', 'value')
        and event_types.is_qualifying
),

add_actuals as (
    select
        list_types.sla_id,
        list_types.event_type,
        list_types.target_cumulative,
        list_types.credit,
        list_types.mix_leads,
        coalesce(sum(sum_ledger.leads), 0) as actual_leads,
        coalesce(
            sum({{ in_unit('list_types.unit', '0', 'sum_ledger.upgrade_points', 'sum_ledger.upgrade_value') }}), 0
        ) as upgrade_effect
    from list_types
    left join sum_ledger
        on
            list_types.period_start = sum_ledger.period_start
            and list_types.event_type = sum_ledger.event_type
            and list_types.segment in (sum_ledger.segment, 'all')
    group by
        list_types.sla_id,
        list_types.event_type,
        list_types.target_cumulative,
        list_types.credit,
        list_types.mix_leads
),

compare_mixes as (
    select
        add_actuals.*,
        {{ ratio('mix_leads', 'sum(mix_leads) over same_sla') }} as planned_share,
        {{ ratio('sum(mix_leads * credit) over same_sla', 'sum(mix_leads) over same_sla') }} as planned_credit,
        sum(actual_leads) over same_sla as actual_leads_of_sla
    from add_actuals
    window same_sla as (partition by sla_id)
),

plan_leads as (
    select
        compare_mixes.*,
        {{ ratio('target_cumulative', 'planned_credit') }} as planned_leads_of_sla
    from compare_mixes
)

select
    sla_id,
    event_type,
    planned_leads_of_sla * planned_share as planned_leads,
    actual_leads,
    (actual_leads_of_sla - planned_leads_of_sla) * planned_share * credit as volume_effect,
    case
        when planned_leads_of_sla is not null then (actual_leads - actual_leads_of_sla * planned_share) * credit
    end as mix_effect,
    upgrade_effect,
    actual_leads * credit + upgrade_effect - planned_leads_of_sla * planned_share * credit as gap
from plan_leads
