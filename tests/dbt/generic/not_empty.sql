{#- The relation has at least one row. Returns one row with the count when it has none. -#}
{% test not_empty(model) %}

select count(*) as row_count
from {{ model }}
having count(*) = 0

{% endtest %}
