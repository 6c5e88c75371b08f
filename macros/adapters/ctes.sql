{#-
What follows `as` in a CTE of the whole history that several others read a part of: each of them reads it where it
lies. DuckDB would first copy all that is asked for more than once; Spark never does.
-#}
{% macro not_materialized() -%}
    {{ return(adapter.dispatch('not_materialized', 'lead_sla')()) }}
{%- endmacro %}

{% macro default__not_materialized() -%}
    not materialized
{%- endmacro %}

{% macro spark__not_materialized() -%}
{%- endmacro %}
