{#- The relation has a row at all. Returns one row, the count, when it has none. -#}
{% test not_empty(model) %}

select count(*) as row_count
from {{ model }}
having count(*) = 0

{% endtest %}
