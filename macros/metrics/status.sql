{#- The status of a day against its goal, on a row with the columns of the chart; the last day of a month is its result. -#}
{% macro sla_status(is_last_day) -%}
    case
        when coalesce(target, 0) = 0 then 'no_target'
        when {{ is_last_day }} and {{ at_least('actual_cumulative', 'target') }} then 'met'
        when {{ is_last_day }} then 'missed'
        when target_cumulative = 0 or not {{ at_least('elapsed_share', var('too_early_share')) }} then 'too_early'
        when {{ at_least('attainment_rate', var('ahead_rate')) }} then 'ahead'
        when {{ at_least('attainment_rate', var('on_track_rate')) }} then 'on_track'
        when {{ at_least('attainment_rate', var('at_risk_rate')) }} then 'at_risk'
        else 'behind'
    end
{%- endmacro %}
