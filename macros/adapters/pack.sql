{#- Some columns as one value whose fields have their names; values are compared field by field, from the left. -#}
{% macro pack(columns) -%}
    {{ return(adapter.dispatch('pack', 'lead_sla')(columns)) }}
{%- endmacro %}

{% macro default__pack(columns) -%}
    struct_pack({% for column in columns %}{{ column }} := {{ column }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}

{% macro spark__pack(columns) -%}
    struct({{ columns | join(', ') }})
{%- endmacro %}
