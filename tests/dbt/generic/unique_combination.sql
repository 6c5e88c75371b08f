{#-
No two rows agree in all of `columns`; nulls agree with each other. Returns the combinations that occur more than once.
-#}
{% test unique_combination_of_columns(model, columns) %}

select
    {{ columns | join(', ') }},
    count(*) as occurrences
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1

{% endtest %}
