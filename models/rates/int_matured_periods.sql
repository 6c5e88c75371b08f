{#- One row per cutoff and period that had matured by it: whose last lead was then at least maturity_days old. -#}
with

cutoffs as (
    select * from {{ ref('int_cutoffs') }}
),

periods as (
    select * from {{ ref('int_month_spine') }}
)

select
    cutoffs.cutoff_date,
    periods.period_start,
    periods.period_end_date
from cutoffs
inner join periods on cutoffs.cutoff_date >= {{ add_days('periods.period_end_date', var('maturity_days')) }}
