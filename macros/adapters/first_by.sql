{#- Of a group, the value of the row that comes first in the order of `columns`. -#}
{% macro first_by(value, columns) -%}
    {{ return(adapter.dispatch('first_by', 'lead_sla')(value, columns)) }}
{%- endmacro %}

{% macro default__first_by(value, columns) -%}
    arg_min({{ value }}, ({{ columns | join(', ') }}))
{%- endmacro %}

{% macro spark__first_by(value, columns) -%}
    min_by({{ value }}, struct({{ columns | join(', ') }}))
{%- endmacro %}
