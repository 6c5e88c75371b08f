{#- How seeds reach the engine. Both macros replace dbt's own of the same name. -#}

{#- dbt writes the SQL that loaded a seed to `target/run/<path of the seed>`. With an absolute DBT_SEEDS_DIR that path
    is the seed itself, so dbt would overwrite the analyst's file (dbt-core issue 10886). Only seeds use this macro;
    it does what dbt's does, and writes nothing. -#}
{% macro noop_statement(name=none, message=none, code=none, rows_affected=none, res=none) -%}
    {%- set unwritten = caller() -%}
    {%- if name is not none -%}
        {{ store_raw_result(name, message=message, code=code, rows_affected=rows_affected, agate_table=res) }}
    {%- endif -%}
{%- endmacro %}


{#- The CSV dialect is stated: DuckDB would otherwise guess quotes and date formats from the rows it finds. -#}
{% macro duckdb__load_csv_rows(model, agate_table) -%}
    {%- set path = adapter.get_seed_file_path(model) | replace("'", "''") -%}
    {%- set sql -%}
        copy {{ this.render() }} from '{{ path }}' ({{ seed_csv_dialect() }})
    {%- endset -%}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return(sql) }}
{%- endmacro %}


{% macro seed_csv_dialect() -%}
    format csv, auto_detect false, header true, delimiter ',', quote '"', escape '"', nullstr ''
{%- endmacro %}
