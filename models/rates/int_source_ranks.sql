{#-
One row per period, kind of source and source with leads in the calibration window before the period: how many, and
whether it is one of the source_limit largest, which have a row of their own in fct_source_close_rates.
-#}
with

periods as (
    select * from {{ ref('int_month_spine') }}
),

sources as (
    select * from {{ ref('int_lead_sources') }}
),

count_months as (
    select
        source_kind,
        source,
        {{ month_start('lead_date') }} as lead_month,
        known_from,
        known_to,
        count(*) as leads
    from sources
    group by source_kind, source, {{ month_start('lead_date') }}, known_from, known_to
),

sum_windows as (
    select
        periods.period_start,
        count_months.source_kind,
        count_months.source,
        sum(count_months.leads) as leads
    from periods
    inner join count_months
        on
            {{ add_months('periods.period_start', -var('calibration_window_months')) }} <= count_months.lead_month
            and periods.cutoff_date >= count_months.lead_month
            and {{ is_known_on('count_months', 'periods.cutoff_date') }}
    group by periods.period_start, count_months.source_kind, count_months.source
),

rank_sources as (
    select
        sum_windows.*,
        row_number() over (partition by period_start, source_kind order by leads desc, source) as place
    from sum_windows
)

select
    period_start,
    source_kind,
    source,
    leads,
    place <= {{ var('source_limit') }} as is_shown
from rank_sources
