{#-
No two rows have the same values in `columns`, and neither these nor the columns of `not_null` are null. Returns the
keys of the rows that break this, how often each occurs, and the columns that are null. One test for both, since each
test of a model reads the whole model.
-#}
{% test primary_key(model, columns, not_null=[]) %}

select
    {{ columns | join(', ') }},
    count(*) as occurrences,
    nullif(
        concat_ws(
            ', '
            {%- for column in columns + not_null %},
            max(case when {{ column }} is null then '{{ column }}' end)
            {%- endfor %}
        ),
        ''
    ) as null_columns
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {%- for column in columns + not_null %}
    or count({{ column }}) < count(*)
    {%- endfor %}

{% endtest %}
