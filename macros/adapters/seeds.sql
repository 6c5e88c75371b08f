{#- How seeds reach the engine. A macro that dbt has as well replaces dbt's own. -#}

{#- dbt writes the SQL that loaded a seed to `target/run/<path of the seed>`. With an absolute DBT_SEEDS_DIR that path
    is the seed itself, so dbt would overwrite the analyst's file (dbt-core issue 10886). Only seeds use this macro;
    it does what dbt's does, and writes nothing. -#}
{% macro noop_statement(name=none, message=none, code=none, rows_affected=none, res=none) -%}
    {%- set unwritten = caller() -%}
    {%- if name is not none -%}
        {{ store_raw_result(name, message=message, code=code, rows_affected=rows_affected, agate_table=res) }}
    {%- endif -%}
{%- endmacro %}


{#- The columns of the file, and then those that it may lack because seeds have gained them later. -#}
{% macro default__create_csv_table(model, agate_table) -%}
    {%- set types = model['config']['column_types'] -%}
    {%- set sql -%}
        create table {{ this.render() }} (
            {%- for name in agate_table.column_names | list + seed_columns_added(model, agate_table) -%}
            {{ name }} {{ types[name] }}{{ ', ' if not loop.last }}
            {%- endfor -%}
        )
    {%- endset -%}
    {%- call statement('_') -%}
        {{ sql }}
    {%- endcall -%}
    {{ return(sql) }}
{%- endmacro %}


{% macro seed_columns_added(model, agate_table) -%}
    {{ return(model['config']['column_types'] | reject('in', agate_table.column_names) | list) }}
{%- endmacro %}


{#- The CSV dialect is stated: DuckDB would otherwise guess quotes and date formats from the rows it finds. -#}
{% macro duckdb__load_csv_rows(model, agate_table) -%}
    {%- set path = adapter.get_seed_file_path(model) | replace("'", "''") -%}
    {%- set sql -%}
        copy {{ this.render() }} ({{ agate_table.column_names | join(', ') }})
        from '{{ path }}' ({{ seed_csv_dialect() }})
    {%- endset -%}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return(sql) }}
{%- endmacro %}


{% macro seed_csv_dialect() -%}
    format csv, auto_detect false, header true, delimiter ',', quote '"', escape '"', nullstr ''
{%- endmacro %}


{#- dbt-spark binds values by formatting them into the SQL: quotes break it, nulls become the text `None`. -#}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- set types = model['config']['column_types'] -%}
    {%- set statements = [] -%}
    {%- for rows in agate_table.rows | batch(get_batch_size()) -%}
        {%- set sql -%}
            insert into {{ this.render() }} values
            {% for row in rows -%}
            (
                {%- for value in row -%}
                cast({{ spark_literal(value) }} as {{ types[agate_table.column_names[loop.index0]] }})
                {{- ', ' if not loop.last }}
                {%- endfor -%}
                {%- for name in seed_columns_added(model, agate_table) -%}
                , cast(null as {{ types[name] }})
                {%- endfor -%}
            ){{ ', ' if not loop.last }}
            {%- endfor -%}
        {%- endset -%}
        {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
        {%- do statements.append(sql) -%}
    {%- endfor -%}
    {{ return(statements | first) }}
{%- endmacro %}


{% macro spark_literal(text) -%}
    {%- if text is none -%}
        null
    {%- else -%}
        '{{ text | string | replace("\\", "\\\\") | replace("'", "\\'") }}'
    {%- endif -%}
{%- endmacro %}
