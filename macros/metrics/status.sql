{#- The status of a day against its goal. Comparisons allow 1e-9, so that 0.95 reached by sums of doubles counts. -#}
{% macro sla_status(target, target_cumulative, elapsed_share, attainment_rate) -%}
    case
        when coalesce({{ target }}, 0) = 0 or coalesce({{ target_cumulative }}, 0) = 0 then 'no_target'
        when {{ elapsed_share }} < {{ var('too_early_share') }} - 1e-9 then 'too_early'
        when {{ attainment_rate }} >= {{ var('ahead_rate') }} - 1e-9 then 'ahead'
        when {{ attainment_rate }} >= {{ var('on_track_rate') }} - 1e-9 then 'on_track'
        when {{ attainment_rate }} >= {{ var('at_risk_rate') }} - 1e-9 then 'at_risk'
        else 'behind'
    end
{%- endmacro %}
