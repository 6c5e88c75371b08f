{#-
One row per period, way of counting, segment (with the roll-up `all`), lead date, lead type and days_to_close (null:
still open), as known on the period's cutoff date: how many leads there were. A lead counts under the type it had on
the cutoff date or, if it had closed by then, on its customer_date.

Leads are counted in bulk, as if none had closed; the few customers are moved to separate rows.
-#}
with

periods as (
    select * from {{ ref('int_month_spine') }}
),

lead_counts as (
    select * from {{ ref('int_lead_type_counts') }}
),

customer_types as (
    select * from {{ ref('int_customer_types') }}
),

move_customers as (
    select
        period_start,
        counting,
        segment,
        lead_date,
        event_type,
        cast(null as integer) as days_to_close,
        leads
    from lead_counts

    union all

    select
        periods.period_start,
        customer_types.counting,
        customer_types.segment,
        customer_types.lead_date,
        customer_types.event_type,
        cast(null as integer) as days_to_close,
        -1 as leads
    from periods
    inner join customer_types on periods.cutoff_date = customer_types.cutoff_date
    where customer_types.is_held_at_cutoff

    union all

    select
        periods.period_start,
        customer_types.counting,
        customer_types.segment,
        customer_types.lead_date,
        customer_types.event_type,
        customer_types.days_to_close,
        1 as leads
    from periods
    inner join customer_types on periods.cutoff_date = customer_types.cutoff_date
    where customer_types.is_held_at_close
),

roll_up as (
    select * from move_customers
    union all
    select
        period_start,
        counting,
        'all' as segment,
        lead_date,
        event_type,
        days_to_close,
        leads
    from move_customers
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
