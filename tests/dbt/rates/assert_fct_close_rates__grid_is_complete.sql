{{ config(meta={'dagster': {'ref': {'name': 'fct_close_rates'}}}) }}
{#-
Every period has a row for each segment, qualifying type and method, even without leads. Returns one row when the
number of rows is not the product; together with the unique key, this proves that no combination is missing.
-#}
with

close_rates as (
    select * from {{ ref('fct_close_rates') }}
),

periods as (
    select * from {{ ref('int_month_spine') }}
),

segments as (
    select * from {{ ref('int_segments') }}
),

event_types as (
    select * from {{ ref('dim_event_types') }}
),

count_rows as (
    select
        (select count(*) from close_rates) as found,
        ({{ var('close_rate_methods') | length }} + 1)
        * (select count(*) from periods)
        * (select count(*) from segments)
        * (select count(*) from event_types where event_types.is_qualifying) as expected
)

select
    found,
    expected
from count_rows
where found <> expected
