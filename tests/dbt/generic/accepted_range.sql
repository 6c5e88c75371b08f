{#-
Every value lies in [min_value, max_value]; either end may be left out, and the column itself stands for it, which no
value is below or above. A null passes, since "missing" is another test's matter. Returns the values outside.
-#}
{% test accepted_range(model, column_name, min_value=none, max_value=none) %}

select {{ column_name }}
from {{ model }}
where
    {{ column_name }} < {{ column_name if min_value is none else min_value }}
    or {{ column_name }} > {{ column_name if max_value is none else max_value }}

{% endtest %}
