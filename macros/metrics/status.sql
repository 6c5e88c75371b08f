{#- The status of a day against its goal. -#}
{% macro sla_status(target, target_cumulative, elapsed_share, attainment_rate) -%}
    case
        when coalesce({{ target }}, 0) = 0 or coalesce({{ target_cumulative }}, 0) = 0 then 'no_target'
        when not {{ at_least(elapsed_share, var('too_early_share')) }} then 'too_early'
        when {{ at_least(attainment_rate, var('ahead_rate')) }} then 'ahead'
        when {{ at_least(attainment_rate, var('on_track_rate')) }} then 'on_track'
        when {{ at_least(attainment_rate, var('at_risk_rate')) }} then 'at_risk'
        else 'behind'
    end
{%- endmacro %}
