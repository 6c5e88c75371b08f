{#- One row per day as of which customers are listed: the day before each period, and as_of_date. -#}
with

periods as (
    select * from {{ ref('int_month_spine') }}
)

select cutoff_date
from periods

union distinct

select {{ as_of_date() }} as cutoff_date
