{#- A row per part of a text, as a column of a select. -#}
{% macro split_parts(column, separator) -%}
    {{ return(adapter.dispatch('split_parts', 'lead_sla')(column, separator)) }}
{%- endmacro %}

{% macro default__split_parts(column, separator) -%}
    unnest(string_split({{ column }}, '{{ separator }}'))
{%- endmacro %}

{% macro spark__split_parts(column, separator) -%}
    explode(split({{ column }}, '[{{ separator }}]'))
{%- endmacro %}


{#- The values of a group as one text, sorted and separated by commas. dbt's `listagg` cannot sort on Spark. -#}
{% macro join_sorted(column) -%}
    {{ return(adapter.dispatch('join_sorted', 'lead_sla')(column)) }}
{%- endmacro %}

{% macro default__join_sorted(column) -%}
    string_agg({{ column }}, ', ' order by {{ column }})
{%- endmacro %}

{% macro spark__join_sorted(column) -%}
    array_join(array_sort(collect_list({{ column }})), ', ')
{%- endmacro %}
