{#-
One row per SLA and month that can be forecast: by what factor its rates are multiplied for the time of the year. q is
how far a month that has ended exceeded its rates, as a logarithm; y is the mean q of the year before.
-#}
with

progress as (
    select * from {{ ref('int_sla_progress') }}
),

daily_rates as (
    select * from {{ ref('int_sla_daily_rates') }}
),

sum_months as (
    select
        daily_rates.sla_id,
        daily_rates.period_start,
        sum(daily_rates.usual_rate) as expected_total,
        case when count(*) = count(progress.actual) then sum(progress.actual) end as month_total
    from daily_rates
    inner join progress
        on
            daily_rates.sla_id = progress.sla_id
            and daily_rates.date = progress.date
    group by daily_rates.sla_id, daily_rates.period_start
),

measure_seasons as (
    select
        sla_id,
        period_start,
        month_total,
        {{ month_number('period_start') }} as month_number,
        case
            when {{ exceeds('month_total', 0) }}
                then {{ clip(
                    'ln(month_total / expected_total)', -var('forecast_season_limit'), var('forecast_season_limit')
                ) }}
        end as q
    from sum_months
),

look_back as (
    select
        measure_seasons.*,
        avg(q) over year_before as y,
        max(q) over same_month_last_year as q_last_year
    from measure_seasons
    window
        year_before as (partition by sla_id order by month_number range between 12 preceding and 1 preceding),
        same_month_last_year as (partition by sla_id order by month_number range between 12 preceding and 12 preceding)
),

compare_with_last_year as (
    select
        look_back.*,
        q_last_year - y as b,
        q - y as a
    from look_back
),

-- How much of last year's deviation has come again, over the months before.
estimate_slopes as (
    select
        compare_with_last_year.*,
        coalesce(sum(a * b) over months_before, 0)
        / (
            coalesce(sum(case when a is not null then b * b end) over months_before, 0)
            + {{ var('forecast_season_shrinkage') }}
        ) as slope
    from compare_with_last_year
    window months_before as (partition by sla_id order by month_number rows between unbounded preceding and 1 preceding)
)

select
    sla_id,
    period_start,
    month_number,
    month_total,
    coalesce(exp({{ clip('slope', 0, 1) }} * b), 1) as season_factor
from estimate_slopes
