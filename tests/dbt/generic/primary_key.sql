{#-
No two rows have the same values in `columns`, and neither these nor the columns of `not_null` are null. Returns the
keys of the rows that break this, how often each occurs, and the columns that are null. One test for both, since each
test of a model reads the whole model.
-#}
{% test primary_key(model, columns, not_null=[]) %}

{%- set nulls = [] -%}
{%- for column in columns + not_null -%}
    {%- do nulls.append("max(case when " ~ column ~ " is null then '" ~ column ~ "' end)") -%}
{%- endfor %}
select
    {{ columns | join(', ') }},
    count(*) as occurrences,
    nullif(concat_ws(', ', {{ nulls | join(', ') }}), '') as null_columns
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    or count(*) > least(count(*), count({{ (columns + not_null) | join('), count(') }}))

{% endtest %}
