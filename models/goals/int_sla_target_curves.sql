{#-
One row per SLA and date: the cumulative goal, in the SLA's unit, null all month when the target is null. Each
statement of the target rules the days from its effective_from: from there the curve rises by `amount_to_spread` over
`weight_to_spread`, from what earlier statements had reached.
-#}
with recursive

days as (
    select * from {{ ref('int_sla_pacing_weights') }}
),

statements as (
    select * from {{ ref('int_sla_target_revisions') }}
),

measure_statements as (
    select
        statements.sla_id,
        statements.period_start,
        statements.statement_number,
        statements.change_policy,
        statements.amount,
        case when statements.statement_number > 1 then statements.effective_from end as ruled_from_date,
        max(days.weight_of_month) as weight_of_month,
        coalesce(
            sum(
                case
                    when statements.statement_number > 1 and days.date < statements.effective_from then days.weight
                end
            ),
            0
        ) as weight_before
    from statements
    inner join days
        on
            statements.sla_id = days.sla_id
            and statements.period_start = days.period_start
    group by
        statements.sla_id,
        statements.period_start,
        statements.statement_number,
        statements.change_policy,
        statements.effective_from,
        statements.amount
),

-- A catch-up with no weight left to spread over is ignored. Of the others, a null amount leaves the whole month without
-- a target.
number_usable as (
    select
        sla_id,
        period_start,
        change_policy,
        amount,
        ruled_from_date,
        weight_of_month,
        weight_before,
        row_number() over (partition by sla_id, period_start order by statement_number) as statement_number,
        count(*) over (partition by sla_id, period_start)
        = count(amount) over (partition by sla_id, period_start) as is_answered
    from measure_statements
    where
        statement_number = 1
        or change_policy <> 'catch_up'
        or weight_before < weight_of_month
),

spread_amounts as (
    select
        sla_id,
        period_start,
        statement_number,
        ruled_from_date,
        weight_before,
        cast(0 as double) as reached_before,
        cast(amount as double) as amount_to_spread,
        weight_of_month as weight_to_spread
    from number_usable
    where statement_number = 1 and is_answered

    union all

    select
        following.sla_id,
        following.period_start,
        following.statement_number,
        following.ruled_from_date,
        following.weight_before,
        {{ curve_height('ruling', 'following.weight_before') }} as reached_before,
        case following.change_policy
            when 'catch_up' then following.amount - {{ curve_height('ruling', 'following.weight_before') }}
            else following.amount
        end as amount_to_spread,
        case following.change_policy
            when 'catch_up' then following.weight_of_month - following.weight_before
            else following.weight_of_month
        end as weight_to_spread
    from spread_amounts as ruling
    inner join number_usable as following
        on
            ruling.sla_id = following.sla_id
            and ruling.period_start = following.period_start
            and ruling.statement_number + 1 = following.statement_number
),

find_ruling as (
    select
        days.sla_id,
        days.date,
        days.period_start,
        max(spread_amounts.statement_number) as statement_number
    from days
    inner join spread_amounts
        on
            days.sla_id = spread_amounts.sla_id
            and days.period_start = spread_amounts.period_start
            and (spread_amounts.ruled_from_date is null or days.date >= spread_amounts.ruled_from_date)
    group by days.sla_id, days.date, days.period_start
)

select
    days.sla_id,
    days.date,
    days.period_start,
    {{ curve_height('ruling', 'days.weight_to_date') }} as target_cumulative
from days
left join find_ruling
    on
        days.sla_id = find_ruling.sla_id
        and days.date = find_ruling.date
left join spread_amounts as ruling
    on
        find_ruling.sla_id = ruling.sla_id
        and find_ruling.period_start = ruling.period_start
        and find_ruling.statement_number = ruling.statement_number
