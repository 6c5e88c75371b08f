{#- Stops a run that was not given its day before it touches the warehouse, which it would rebuild as of 1970. -#}

{% macro require_as_of_date() -%}
    {%- if execute and var('as_of_date') == '1970-01-01' -%}
        {%- set dated = namespace(found=false) -%}
        {%- for resource in selected_resources -%}
            {%- set kind = resource.split('.')[0] -%}
            {%- if kind == 'model' or (kind == 'test' and flags.WHICH == 'test') -%}
                {%- set dated.found = true -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if dated.found -%}
            {{ exceptions.raise_compiler_error(
                "The var as_of_date is missing, the last day that counts. Run `lead-sla refresh`, or dbt alone with "
                ~ "--exclude-resource-type unit_test --vars '{as_of_date: \"2026-10-31\"}'."
            ) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
