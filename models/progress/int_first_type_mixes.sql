{#-
One row per period, segment (with `all`) and lead type: the leads of the months before the period by the type that they
had first. The same leads by the type they have reached since are in int_lead_mixes.
-#}
with

periods as (
    select * from {{ ref('int_month_spine') }}
),

touches as (
    select * from {{ ref('int_lead_touches') }}
),

count_days as (
    select
        lead_date,
        segment,
        event_type,
        known_from,
        known_to,
        count(*) as leads
    from touches
    where step_number = 1
    group by lead_date, segment, event_type, known_from, known_to
),

count_leads as (
    select
        periods.period_start,
        count_days.segment,
        count_days.event_type,
        sum(count_days.leads) as leads
    from periods
    inner join count_days
        on
            {{ add_months('periods.period_start', -var('mix_window_months')) }} <= count_days.lead_date
            and periods.cutoff_date >= count_days.lead_date
            and {{ is_known_on('count_days', 'periods.cutoff_date') }}
    group by periods.period_start, count_days.segment, count_days.event_type
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
