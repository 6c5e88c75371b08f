{#-
One row per period, way of counting, segment (with the roll-up `all`), lead date, lead type and days_to_close (null:
still open), as known on the period's cutoff date: how many leads there were. A lead counts under the type it had on
the cutoff date or, if it had closed by then, on its customer_date.

Leads are counted in bulk first, as if none had closed: each enters a type in one period and leaves it in another, so
that the work grows with days and types, not with leads times periods. The few customers are then moved to their own
rows.
-#}
with

periods as (
    select * from {{ ref('int_month_spine') }}
),

held_types as {{ not_materialized() }} (
    select * from {{ ref('int_lead_type_history') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

sum_types as (
    select
        counting,
        segment,
        lead_date,
        event_type,
        {{ month_start('valid_from') }} as held_from_month,
        {{ month_start('valid_to') }} as held_before_month,
        count(*) as leads
    from held_types
    group by
        counting,
        segment,
        lead_date,
        event_type,
        {{ month_start('valid_from') }},
        {{ month_start('valid_to') }}
),

-- What happens in a month is known from the first day of the next on.
count_moves as (
    select
        counting,
        segment,
        lead_date,
        event_type,
        held_from_month as month_start_date,
        leads
    from sum_types

    union all

    select
        counting,
        segment,
        lead_date,
        event_type,
        held_before_month as month_start_date,
        -leads as leads
    from sum_types
    where held_before_month is not null
),

count_at_cutoff as (
    select
        periods.period_start,
        count_moves.counting,
        count_moves.segment,
        count_moves.lead_date,
        count_moves.event_type,
        cast(null as integer) as days_to_close,
        sum(count_moves.leads) as leads
    from count_moves
    inner join periods on count_moves.month_start_date < periods.period_start
    group by
        periods.period_start,
        count_moves.counting,
        count_moves.segment,
        count_moves.lead_date,
        count_moves.event_type
),

list_customers as (
    select distinct lead_id from customers
),

hold_customers as (
    select held_types.*
    from held_types
    inner join list_customers on held_types.lead_id = list_customers.lead_id
),

take_out_customers as (
    select
        periods.period_start,
        hold_customers.counting,
        hold_customers.segment,
        hold_customers.lead_date,
        hold_customers.event_type,
        cast(null as integer) as days_to_close,
        -1 as leads
    from customers
    inner join periods on customers.cutoff_date = periods.cutoff_date
    inner join hold_customers
        on
            customers.lead_id = hold_customers.lead_id
            and {{ is_valid_on('hold_customers.valid_from', 'hold_customers.valid_to', 'customers.cutoff_date') }}
),

put_customers_back as (
    select
        periods.period_start,
        hold_customers.counting,
        hold_customers.segment,
        hold_customers.lead_date,
        hold_customers.event_type,
        customers.days_to_close,
        1 as leads
    from customers
    inner join periods on customers.cutoff_date = periods.cutoff_date
    inner join hold_customers
        on
            customers.lead_id = hold_customers.lead_id
            and {{ is_valid_on('hold_customers.valid_from', 'hold_customers.valid_to', 'customers.customer_date') }}
),

unite_movements as (
    select * from count_at_cutoff
    union all
    select * from take_out_customers
    union all
    select * from put_customers_back
),

roll_up as (
    select * from unite_movements
    union all
    select
        period_start,
        counting,
        'all' as segment,
        lead_date,
        event_type,
        days_to_close,
        leads
    from unite_movements
)

select
    period_start,
    counting,
    segment,
    lead_date,
    event_type,
    days_to_close,
    sum(leads) as leads
from roll_up
group by period_start, counting, segment, lead_date, event_type, days_to_close
having sum(leads) <> 0
