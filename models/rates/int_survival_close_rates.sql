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

-- window_lag is the age of the leads on the first day on which closes count. After the maturity it does not matter when
-- a lead leaves.
follow_leads as (
    select
        windows.period_start,
        cohorts.segment,
        cohorts.event_type,
        windows.method,
        cohorts.leads,
        {{ days_between('cohorts.lead_date', 'windows.first_close_date') }} as window_lag,
        least(
            coalesce(cohorts.days_to_close, {{ days_between('cohorts.lead_date', 'windows.cutoff_date') }}),
            windows.max_days_to_close + 1
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
)

{{ product_limit_rates('move_leads', ['period_start', 'segment', 'event_type', 'method']) }}
