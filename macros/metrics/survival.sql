{#-
The product-limit estimate (Kaplan and Meier, J. Am. Stat. Assoc. 53 (1958), 457-481) of each group: the share that closes,
1 - product over lags of (1 - closes / leads at risk), and the number of leads. `moves` has a row for leads that enter or
leave at a lag: lag_days, entering, leaving, closes, leads_counted. Who enters counts from its lag on, who leaves still
counts on its last one. Steps with fewer leads at risk than minimum_at_risk are not taken; where that is every step, nobody
can know the rate yet, and it is null.
-#}
{% macro product_limit_rates(moves, keys) -%}
    {%- set key = keys | join(', ') -%}
    select
        {{ key }},
        sum(leads_counted) as leads,
        -- A product, as the exponential of a sum of logarithms; a step on which all leads closed leaves none.
        case
            when max(at_risk) < {{ var('minimum_at_risk') }} then null
            when min(survival) = 0 then 1.0
            else 1.0 - exp(sum(ln(case when survival > 0 then survival else 1.0 end)))
        end as close_rate
    from (
        select
            {{ key }},
            leads_counted,
            at_risk,
            case
                when closes = 0 or at_risk < {{ var('minimum_at_risk') }} then 1.0
                else 1.0 - {{ ratio('closes', 'at_risk') }}
            end as survival
        from (
            select
                {{ key }},
                closes,
                leads_counted,
                sum(entering) over up_to_lag - sum(leaving) over up_to_lag + leaving as at_risk
            from (
                select
                    {{ key }},
                    lag_days,
                    sum(entering) as entering,
                    sum(leaving) as leaving,
                    sum(closes) as closes,
                    sum(leads_counted) as leads_counted
                from {{ moves }}
                group by {{ key }}, lag_days
            ) as lags
            window up_to_lag as (
                partition by {{ key }}
                order by lag_days
                rows between unbounded preceding and current row
            )
        ) as lags_at_risk
    ) as steps
    group by {{ key }}
    having sum(leads_counted) > 0
{%- endmacro %}
