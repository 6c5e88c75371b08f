{#-
One row per period, way of counting, segment (with the roll-up `all`), lead date, lead type and days_to_close (null:
still open), as known on the period's cutoff date: how many leads there were. A lead counts under the type it had on
the cutoff date or, if it had closed by then, on its customer_date.

Leads are counted in bulk first, as if none had closed, and the few customers are then moved to their own rows: the
work grows with days and types, not with leads times periods.
-#}
with

periods as (
    select * from {{ ref('int_periods__spanned') }}
),

held_types as (
    select * from {{ ref('int_lead_types__held') }}
),

customers as (
    select * from {{ ref('int_customers__credited') }}
),

count_in_bulk as (
    select
        counting,
        segment,
        lead_date,
        event_type,
        held_from_date,
        held_before_date,
        count(*) as leads
    from held_types
    group by counting, segment, lead_date, event_type, held_from_date, held_before_date
),

count_at_cutoff as (
    select
        periods.period_start,
        count_in_bulk.counting,
        count_in_bulk.segment,
        count_in_bulk.lead_date,
        count_in_bulk.event_type,
        cast(null as integer) as days_to_close,
        count_in_bulk.leads
    from count_in_bulk
    inner join periods
        on
            count_in_bulk.held_from_date <= periods.cutoff_date
            and (count_in_bulk.held_before_date is null or count_in_bulk.held_before_date > periods.cutoff_date)
),

take_out_customers as (
    select
        periods.period_start,
        held_types.counting,
        held_types.segment,
        held_types.lead_date,
        held_types.event_type,
        cast(null as integer) as days_to_close,
        -1 as leads
    from customers
    inner join periods on customers.cutoff_date = periods.cutoff_date
    inner join held_types
        on
            customers.lead_id = held_types.lead_id
            and customers.cutoff_date >= held_types.held_from_date
            and (held_types.held_before_date is null or customers.cutoff_date < held_types.held_before_date)
),

put_customers_back as (
    select
        periods.period_start,
        held_types.counting,
        held_types.segment,
        held_types.lead_date,
        held_types.event_type,
        customers.days_to_close,
        1 as leads
    from customers
    inner join periods on customers.cutoff_date = periods.cutoff_date
    inner join held_types
        on
            customers.lead_id = held_types.lead_id
            and customers.customer_date >= held_types.held_from_date
            and (held_types.held_before_date is null or customers.customer_date < held_types.held_before_date)
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
