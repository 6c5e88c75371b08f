{#-
None of `columns` is null in any row. Returns the rows in which one is. One test for a whole model, since a test for
each column would cost a query each.
-#}
{% test columns_are_not_null(model, columns) %}

select {{ columns | join(', ') }}
from {{ model }}
where {{ columns | join(' is null or ') }} is null

{% endtest %}
