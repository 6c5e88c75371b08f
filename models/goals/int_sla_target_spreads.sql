{#-
One row per SLA, period and revision of the target that counts: the height that the curve had reached before it
(`reached_before`, at `weight_before`), and the amount that it spreads over which weight of days. A revision rules the
days from in_force_from_date; the first one, and a catch-up to less than was due already, those of the whole month. A
month in which an amount is null has no rows.
-#}
{%- set reached = curve_height('in_force', 'following.weight_before') -%}
{%- set is_overtaken = "following.change_policy = 'catch_up' and " ~ exceeds(reached, 'following.amount') %}
with recursive

days as (
    select * from {{ ref('int_sla_pacing_weights') }}
),

revisions as (
    select * from {{ ref('int_sla_target_revisions') }}
),

measure_revisions as (
    select
        revisions.sla_id,
        revisions.period_start,
        revisions.revision_number,
        revisions.change_policy,
        revisions.amount,
        case when revisions.revision_number > 1 then revisions.effective_from end as in_force_from_date,
        max(days.weight_of_month) as weight_of_month,
        coalesce(
            sum(
                case
                    when revisions.revision_number > 1 and days.date < revisions.effective_from then days.weight
                end
            ),
            0
        ) as weight_before
    from revisions
    inner join days
        on
            revisions.sla_id = days.sla_id
            and revisions.period_start = days.period_start
    group by
        revisions.sla_id,
        revisions.period_start,
        revisions.revision_number,
        revisions.change_policy,
        revisions.effective_from,
        revisions.amount
),

-- A catch-up with no weight left to spread over is ignored. Of the others, a null amount leaves the whole month without
-- a target.
number_usable as (
    select
        sla_id,
        period_start,
        change_policy,
        amount,
        in_force_from_date,
        weight_of_month,
        weight_before,
        row_number() over (partition by sla_id, period_start order by revision_number) as revision_number,
        count(*) over (partition by sla_id, period_start)
        = count(amount) over (partition by sla_id, period_start) as is_answered
    from measure_revisions
    where
        revision_number = 1
        or change_policy <> 'catch_up'
        or weight_before < weight_of_month
),

spread_amounts as (
    select
        sla_id,
        period_start,
        revision_number,
        in_force_from_date,
        weight_before,
        cast(0 as double) as reached_before,
        cast(amount as double) as amount_to_spread,
        weight_of_month as weight_to_spread
    from number_usable
    where revision_number = 1 and is_answered

    union all

    select
        following.sla_id,
        following.period_start,
        following.revision_number,
        case when not ({{ is_overtaken }}) then following.in_force_from_date end as in_force_from_date,
        case when {{ is_overtaken }} then 0 else following.weight_before end as weight_before,
        case when {{ is_overtaken }} then 0 else {{ reached }} end as reached_before,
        case
            when following.change_policy <> 'catch_up' or {{ is_overtaken }} then following.amount
            else following.amount - {{ reached }}
        end as amount_to_spread,
        case
            when following.change_policy <> 'catch_up' or {{ is_overtaken }} then following.weight_of_month
            else following.weight_of_month - following.weight_before
        end as weight_to_spread
    from spread_amounts as in_force
    inner join number_usable as following
        on
            in_force.sla_id = following.sla_id
            and in_force.period_start = following.period_start
            and in_force.revision_number + 1 = following.revision_number
)

select
    sla_id,
    period_start,
    revision_number,
    in_force_from_date,
    weight_before,
    reached_before,
    amount_to_spread,
    weight_to_spread
from spread_amounts
