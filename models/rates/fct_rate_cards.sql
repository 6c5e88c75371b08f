{#- One row per period and qualifying lead type: what a lead of the type is worth in that period. -#}
with

close_rates as (
    select * from {{ ref('fct_close_rates') }}
),

deal_values as (
    select * from {{ ref('int_average_deal_values') }}
),

chosen_methods as (
    select * from {{ ref('int_rate_card_methods') }}
),

agreed_rate_card as (
    select * from {{ ref('agreed_rate_card') }}
),

agreements as (
    select
        event_type,
        close_rate,
        average_deal_value,
        effective_from as valid_from,
        lead(effective_from) over (partition by event_type order by effective_from) as valid_to
    from agreed_rate_card
),

price_types as (
    select
        close_rates.period_start,
        close_rates.event_type,
        case
            when agreements.close_rate is not null then cast(agreements.close_rate as double)
            {%- if var('shrinkage_leads') == 0 %}
            else close_rates.close_rate
            {%- else %}
            else close_rates.shrunk_close_rate
            {%- endif %}
        end as close_rate,
        coalesce(cast(agreements.average_deal_value as double), deal_values.average_deal_value) as average_deal_value,
        case
            when agreements.close_rate is not null then 'agreed'
            else chosen_methods.method
        end as rate_source,
        chosen_methods.method as calibration_method
    from close_rates
    inner join chosen_methods
        on
            close_rates.period_start = chosen_methods.period_start
            and close_rates.method = chosen_methods.method
    left join deal_values
        on
            close_rates.period_start = deal_values.period_start
            and close_rates.method = deal_values.method
            and close_rates.event_type = deal_values.event_type
    left join agreements
        on
            close_rates.event_type = agreements.event_type
            and {{ is_valid_on('agreements.valid_from', 'agreements.valid_to', 'close_rates.period_start') }}
    where close_rates.segment = 'all'
)

select
    period_start,
    event_type,
    close_rate,
    {{ points_of('close_rate') }} as points,
    average_deal_value,
    close_rate * average_deal_value as value,
    rate_source,
    calibration_method
from price_types
