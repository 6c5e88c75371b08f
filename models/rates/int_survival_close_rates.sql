{#-
One row per period, segment, lead type and survival method with leads: the share that closes within maturity_days, as
1 - product over lags of (1 - closes / leads at risk). The rate is null where no lag has minimum_at_risk leads at risk:
nobody can know it yet.

`kaplan_meier` follows the leads of the calibration window from their first day (Kaplan and Meier, J. Am. Stat. Assoc.
53 (1958), 457-481). `life_table` follows leads of any age, but only in the last life_table_window_days (Brenner and
Gefeller, Cancer 78 (1996), 2004-2010). A lead is at risk from the lag at which it enters to the lag at which it closes
or, while it is open, to its present age; lost deals stay at risk.
-#}
with

cohorts as (
    select * from {{ ref('int_lead_cohorts') }}
),

windows as (
    select * from {{ ref('int_calibration_windows') }}
),

-- window_lag is the age of the leads on the first day on which closes count.
follow_leads as (
    select
        windows.period_start,
        cohorts.segment,
        cohorts.event_type,
        windows.method,
        cohorts.leads,
        {{ days_between('cohorts.lead_date', 'windows.first_close_date') }} as window_lag,
        coalesce(
            cohorts.days_to_close,
            {{ days_between('cohorts.lead_date', 'windows.cutoff_date') }}
        ) as last_lag,
        coalesce(cohorts.days_to_close <= windows.max_days_to_close, false) as has_closed
    from windows
    inner join cohorts
        on
            windows.period_start = cohorts.period_start
            and windows.counting = cohorts.counting
            and cohorts.lead_date between windows.first_lead_date and windows.last_lead_date
    where windows.estimator = 'survival'
),

-- Who enters counts from its lag on, who leaves still counts on its last one.
move_leads as (
    select
        period_start,
        segment,
        event_type,
        method,
        greatest(window_lag, 0) as lag_days,
        leads as entering,
        0 as leaving,
        0 as closes,
        case when window_lag <= 0 then leads else 0 end as leads_counted
    from follow_leads
    where last_lag >= window_lag

    union all

    select
        period_start,
        segment,
        event_type,
        method,
        last_lag as lag_days,
        0 as entering,
        leads as leaving,
        case when has_closed then leads else 0 end as closes,
        0 as leads_counted
    from follow_leads
    where last_lag >= window_lag
),

sum_lags as (
    select
        period_start,
        segment,
        event_type,
        method,
        lag_days,
        sum(entering) as entering,
        sum(leaving) as leaving,
        sum(closes) as closes,
        sum(leads_counted) as leads_counted
    from move_leads
    group by period_start, segment, event_type, method, lag_days
),

count_at_risk as (
    select
        sum_lags.*,
        sum(entering) over up_to_lag - sum(leaving) over up_to_lag + leaving as at_risk
    from sum_lags
    window up_to_lag as (
        partition by period_start, segment, event_type, method
        order by lag_days
        rows between unbounded preceding and current row
    )
),

take_steps as (
    select
        period_start,
        segment,
        event_type,
        method,
        leads_counted,
        at_risk,
        case
            when closes = 0 or at_risk < {{ var('minimum_at_risk') }} then 1.0
            else 1.0 - {{ ratio('closes', 'at_risk') }}
        end as survival
    from count_at_risk
)

select
    period_start,
    segment,
    event_type,
    method,
    sum(leads_counted) as leads,
    -- A product, as the exponential of a sum of logarithms; a step on which all leads closed leaves none.
    case
        when max(at_risk) < {{ var('minimum_at_risk') }} then null
        when min(survival) = 0 then 1.0
        else 1.0 - exp(sum(ln(case when survival > 0 then survival else 1.0 end)))
    end as close_rate
from take_steps
group by period_start, segment, event_type, method
having sum(leads_counted) > 0
