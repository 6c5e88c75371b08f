{#- A row per code of a list such as `old_name|older_name`, as a column of a select. -#}
{% macro split_codes(column) -%}
    {{ return(adapter.dispatch('split_codes', 'lead_sla')(column)) }}
{%- endmacro %}

{% macro default__split_codes(column) -%}
    unnest(string_split({{ column }}, '|'))
{%- endmacro %}

{% macro spark__split_codes(column) -%}
    explode(split({{ column }}, '[|]'))
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
