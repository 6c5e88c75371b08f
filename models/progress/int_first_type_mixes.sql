{#-
One row per period, segment (with `all`) and lead type: the leads of the months before the period by the type that they
had first. The same leads by the type they have reached since are in int_lead_mixes.
-#}
with

periods as (
    select * from {{ ref('int_month_spine') }}
),

entries as (
    select * from {{ ref('int_credit_entries') }}
),

count_leads as (
    select
        periods.period_start,
        entries.segment,
        entries.to_type as event_type,
        sum(entries.entries) as leads
    from periods
    inner join entries
        on
            {{ add_months('periods.period_start', -var('mix_window_months')) }} <= entries.entry_date
            and periods.cutoff_date >= entries.entry_date
    where entries.from_type is null
    group by periods.period_start, entries.segment, entries.to_type
),

roll_up as (
    select * from count_leads
    union all
    select
        period_start,
        'all' as segment,
        event_type,
        leads
    from count_leads
)

select
    period_start,
    segment,
    event_type,
    sum(leads) as leads
from roll_up
group by period_start, segment, event_type
