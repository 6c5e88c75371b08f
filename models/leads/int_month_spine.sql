{#-
One row per calendar month from the first lead's month to as_of_date's; before the first lead, as_of_date's
month alone, so that the goal can be shown. cutoff_date is the last day whose events the month's calibration uses.
-#}
with

lead_steps as (
    select * from {{ ref('int_lead_upgrades') }}
),

bound_days as (
    select
        coalesce(min(lead_date), {{ as_of_date() }}) as first_date,
        {{ as_of_date() }} as last_date
    from lead_steps
),

list_days as (
    select {{ explode_dates('bound_days.first_date', 'bound_days.last_date') }} as day
    from bound_days
),

list_months as (
    select distinct {{ month_start('day') }} as period_start
    from list_days
)

select
    period_start,
    {{ add_days(add_months('period_start', 1), -1) }} as period_end_date,
    {{ add_days('period_start', -1) }} as cutoff_date
from list_months
