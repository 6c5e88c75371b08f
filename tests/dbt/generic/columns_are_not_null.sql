{#-
None of `columns` is null in any row. Returns the rows with a null. One test for the whole model, since a test for each
column would run a query each.
-#}
{% test columns_are_not_null(model, columns) %}

select {{ columns | join(', ') }}
from {{ model }}
where {{ columns | join(' is null or ') }} is null

{% endtest %}
