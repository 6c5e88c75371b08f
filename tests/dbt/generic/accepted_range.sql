{#-
Every value is in [min_value, max_value]; either bound is optional. Nulls pass, since not_null tests find them. Returns
the values outside. A bound that is left out compiles to the column itself, which no value is below or above.
-#}
{% test accepted_range(model, column_name, min_value=none, max_value=none) %}

select {{ column_name }}
from {{ model }}
where
    {{ column_name }} < {{ column_name if min_value is none else min_value }}
    or {{ column_name }} > {{ column_name if max_value is none else max_value }}

{% endtest %}
