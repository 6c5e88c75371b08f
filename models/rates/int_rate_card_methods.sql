{#-
One row per period: the method that its rate card is calibrated with. `auto` takes the one that has predicted best over
the last 6 matured months in which customers came, among those with a prediction for each of them; ties, and months
without any, go to kaplan_meier first. Where the method has no leads at all yet, kaplan_meier stands in.
-#}
with

periods as (
    select * from {{ ref('int_month_spine') }}
),

close_rates as (
    select * from {{ ref('fct_close_rates') }}
),

predictions as (
    select * from {{ ref('int_close_rate_backtest') }}
),

number_months as (
    select
        periods.period_start,
        predictions.method,
        predictions.predicted_customers,
        predictions.actual_customers,
        row_number() over (
            partition by periods.period_start, predictions.method
            order by predictions.period_start desc
        ) as months_back
    from periods
    inner join predictions on periods.cutoff_date = predictions.cutoff_date
    where predictions.actual_customers > 0
),

sum_errors as (
    select
        period_start,
        method,
        sum(abs(predicted_customers - actual_customers)) as total_error
    from number_months
    where months_back <= 6
    group by period_start, method
    having count(*) = count(predicted_customers)
),

-- Errors that differ by binary noise alone are a tie.
rank_methods as (
    select
        period_start,
        method,
        row_number() over (
            partition by period_start
            order by
                case when {{ at_least('smallest_error', 'total_error') }} then 0 else total_error end,
                case method when 'kaplan_meier' then 1 when 'life_table' then 2 when 'matured' then 3 else 4 end
        ) as place
    from (
        select
            sum_errors.*,
            min(total_error) over (partition by period_start) as smallest_error
        from sum_errors
    ) as errors
),

choose_methods as (
    select
        periods.period_start,
        {%- if var('close_rate_method') == 'auto' %}
        coalesce(rank_methods.method, 'kaplan_meier') as method
        {%- else %}
        '{{ var("close_rate_method") }}' as method
        {%- endif %}
    from periods
    left join rank_methods
        on
            periods.period_start = rank_methods.period_start
            and rank_methods.place = 1
),

count_leads as (
    select
        period_start,
        method,
        sum(leads) as leads
    from close_rates
    where segment = 'all'
    group by period_start, method
)

select
    choose_methods.period_start,
    case when count_leads.leads > 0 then choose_methods.method else 'kaplan_meier' end as method
from choose_methods
inner join count_leads
    on
        choose_methods.period_start = count_leads.period_start
        and choose_methods.method = count_leads.method
