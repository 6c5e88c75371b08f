{#-
The keyword after `as` of a CTE with the whole history, of which several other CTEs read a part: each reads it in
place. DuckDB would materialize a CTE that is used more than once; Spark does not.
-#}
{% macro not_materialized() -%}
    {{ return(adapter.dispatch('not_materialized', 'lead_sla')()) }}
{%- endmacro %}

{% macro default__not_materialized() -%}
    not materialized
{%- endmacro %}

{% macro spark__not_materialized() -%}
{%- endmacro %}


{#- The keyword after `as` of a CTE that is computed before the next one, so that a chain of many is planned one by one. -#}
{% macro materialized() -%}
    {{ return(adapter.dispatch('materialized', 'lead_sla')()) }}
{%- endmacro %}

{% macro default__materialized() -%}
    materialized
{%- endmacro %}

{% macro spark__materialized() -%}
{%- endmacro %}
