{#- How models become tables and views on DuckDB, instead of dbt's own way, which builds a relation under another name,
    renames the one that is there and the new one, and drops the old one: four statements and two commits for each
    model, which cost more than the model of a small company itself. DuckDB replaces a relation inside one transaction:
    until it commits, others read the old one, and after an error it is still there. -#}

{% materialization table, adapter='duckdb' %}
    {%- set table = this.incorporate(type='table') -%}
    {{ return(replace_relation(table, create_table_as(False, table, compiled_code))) }}
{% endmaterialization %}


{% materialization view, adapter='duckdb' %}
    {%- set view = this.incorporate(type='view') -%}
    {{ return(replace_relation(view, create_view_as(view, compiled_code))) }}
{% endmaterialization %}


{% macro replace_relation(relation, create_sql) -%}
    {%- set existing = load_cached_relation(relation) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement('main') -%}
        {%- if existing is not none %}
        drop {{ existing.type }} {{ existing }};
        {%- endif %}
        {{ create_sql }}
        {{ describe_relation(relation) }}
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [relation]}) }}
{%- endmacro %}


{#- Statements that write the descriptions of the model and its columns. dbt's own `persist_docs` first asks twice which
    columns there are. -#}
{% macro describe_relation(relation) -%}
    {%- if config.persist_relation_docs() and model.description %}
    comment on {{ relation.type }} {{ relation }} is '{{ dbt.escape_single_quotes(model.description) }}';
    {%- endif %}
    {%- for column in model.columns.values() if config.persist_column_docs() and column.description %}
    comment on column {{ relation }}.{{ column.name }} is '{{ dbt.escape_single_quotes(column.description) }}';
    {%- endfor %}
{%- endmacro %}
