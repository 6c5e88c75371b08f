{#-
Before an incremental build: deletes the rows of this model whose key is in `keys`. The build itself replaces only the keys
that it has rows for.
-#}
{% macro delete_rows_of(keys, column) -%}
    {%- if is_incremental() -%}
        {{ return(adapter.dispatch('delete_rows_of', 'lead_sla')(keys, column)) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__delete_rows_of(keys, column) -%}
    delete from {{ this }}
    where {{ column }} in (select keys.{{ column }} from {{ keys }} as keys)
{%- endmacro %}

{#- A Parquet table cannot delete, so what is kept is written to a new one. -#}
{% macro spark__delete_rows_of(keys, column) -%}
    {%- set existing = this.incorporate(type='table') -%}
    {%- set kept = existing.incorporate(path={'identifier': this.identifier ~ '__kept'}) -%}
    {%- do adapter.drop_relation(kept) -%}
    {%- set rows -%}
        select existing.*
        from {{ existing }} as existing
        left anti join {{ keys }} as keys on existing.{{ column }} = keys.{{ column }}
    {%- endset -%}
    {%- do run_query(create_table_as(false, kept, rows)) -%}
    {%- do adapter.drop_relation(existing) -%}
    {%- do adapter.rename_relation(kept, existing) -%}
{%- endmacro %}
