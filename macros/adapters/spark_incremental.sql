{#-
Incremental models on Spark. A Parquet table can neither delete nor update, and cannot be overwritten by a query that
reads it, so dbt-spark's own strategies leave out what this project needs. Here, as on DuckDB, the rows of a model
replace those of the table with the same `unique_key`: what is kept and what is new are written to a new table, which
then takes the place of the old one. Without `unique_key` rows are added.
-#}
{% materialization incremental, adapter = 'spark' -%}
    {%- set existing = load_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}

    {{ run_hooks(pre_hooks) }}

    {%- if existing is none or existing.is_view or should_full_refresh() -%}
        {%- if existing is not none -%}
            {%- do adapter.drop_relation(existing) -%}
        {%- endif -%}
        {%- call statement('main') -%}
            {{ create_table_as(false, target_relation, compiled_code) }}
        {%- endcall -%}
    {%- else -%}
        {%- set changes = target_relation.incorporate(path={'identifier': this.identifier ~ '__changes'}) -%}
        {%- set renewed = target_relation.incorporate(path={'identifier': this.identifier ~ '__renewed'}) -%}
        {%- do adapter.drop_relation(changes) -%}
        {%- do adapter.drop_relation(renewed) -%}
        {%- do run_query(create_table_as(false, changes, compiled_code)) -%}
        {%- call statement('main') -%}
            {{ create_table_as(false, renewed, renew_rows(target_relation, changes, config.get('unique_key'))) }}
        {%- endcall -%}
        {%- do adapter.drop_relation(target_relation) -%}
        {%- do adapter.rename_relation(renewed, target_relation) -%}
        {%- do adapter.drop_relation(changes) -%}
    {%- endif -%}

    {%- do persist_docs(target_relation, model) -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target_relation]}) }}
{%- endmaterialization %}


{% macro renew_rows(existing, changes, unique_key) -%}
    {%- set keys = [unique_key] if unique_key is string else unique_key or [] -%}
    {%- set columns = adapter.get_columns_in_relation(existing) | map(attribute='quoted') | join(', ') -%}
    select {{ columns }}
    from {{ existing }} as kept
    {% if keys -%}
    where not exists (
        select 1
        from {{ changes }} as changes
        where {% for key in keys %}changes.{{ key }} = kept.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}
    )
    {%- endif %}
    union all
    select {{ columns }}
    from {{ changes }}
{%- endmacro %}
