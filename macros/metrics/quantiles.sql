{#- A continuous quantile: between two values it interpolates. -#}
{% macro quantile(expression, share) -%}
    percentile_cont({{ share }}) within group (order by {{ expression }})
{%- endmacro %}
