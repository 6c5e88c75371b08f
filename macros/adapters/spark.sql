{#- Replacements for macros of dbt-spark that are missing or do not fit. Each overrides dbt's of the same name. -#}

{#- dbt-spark converts to seconds since 1970 and back, which makes query plans hard to read. Dates only. -#}
{% macro spark__dateadd(datepart, interval, from_date_or_timestamp) -%}
    {%- set add = {'day': 'date_add', 'month': 'add_months'}[datepart] -%}
    {{ add }}({{ from_date_or_timestamp }}, cast({{ interval }} as int))
{%- endmacro %}


{% macro spark__datediff(first_date, second_date, datepart) -%}
    datediff({{ second_date }}, {{ first_date }})
{%- endmacro %}


{#-
The tables of `raw` on Spark, over the Parquet files that lead_sla/landing/hand_over.py has written to `folder`,
an address that every worker can read, and `build.watermark`. Once per metastore; files added later are found
automatically. A second call keeps the watermark.
-#}
{% macro create_raw_tables(folder) -%}
    {%- do run_query('create schema if not exists raw') -%}
    {%- for source in graph.sources.values() if source.source_name == 'raw' -%}
        {%- do run_query('drop table if exists raw.' ~ source.name) -%}
        {%- do run_query(
            'create table raw.' ~ source.name ~ " using parquet location '" ~ folder ~ '/' ~ source.name ~ "'"
        ) -%}
    {%- endfor -%}
    {%- do run_query('create schema if not exists build') -%}
    {%- do run_query(
        'create table if not exists build.watermark using parquet as select cast(0 as bigint) as file_number'
    ) -%}
{%- endmacro %}


{#- A Parquet table cannot be updated, so its one row is overwritten. -#}
{% macro advance_watermark() -%}
    {%- do run_query(
        'insert overwrite table build.watermark select coalesce(max(file_number), 0) from raw.landed_files'
    ) -%}
{%- endmacro %}


{#- Parquet tables have no constraints. The not-null constraints of contracts are data tests on every engine. -#}
{% macro spark__persist_constraints(relation, model) -%}
{%- endmacro %}
