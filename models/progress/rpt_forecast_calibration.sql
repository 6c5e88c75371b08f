{#- One row per SLA and fifth of hit_probability with days: predicted probability and realized share. -#}
with

forecasts as (
    select * from {{ ref('int_forecasts_with_actuals') }}
),

sort_into_bins as (
    select
        sla_id,
        {{ bin_number('hit_probability', 5) }} + 1 as probability_bin,
        hit_probability,
        case when {{ at_least('final_total', 'target') }} then 1 else 0 end as is_hit
    from forecasts
    where hit_probability is not null
)

select
    sla_id,
    probability_bin,
    count(*) as days,
    avg(hit_probability) as predicted_rate,
    {{ ratio('sum(is_hit)', 'count(*)') }} as realized_rate
from sort_into_bins
group by sla_id, probability_bin
