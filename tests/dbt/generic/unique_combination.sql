{#-
No two rows have the same values in `columns`; nulls are equal to each other. Returns the combinations that occur more
than once.
-#}
{% test unique_combination_of_columns(model, columns) %}

select
    {{ columns | join(', ') }},
    count(*) as occurrences
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1

{% endtest %}
