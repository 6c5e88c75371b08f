{#-
One row per record that merges connect with others and stretch of days between two changes of its family: who it is from
known_from inclusive (null: from the beginning) to known_to exclusive (null: for ever), whatever as_of_date. Of each pair
of records the last row up to a day decides whether they are one; a person (or deal) is what such edges connect.
canonical_id is the record of the person that is merged into no other one; where there are several or none, the one that
the latest edge merges into.
-#}
with

merge_rows as (
    select * from {{ ref('stg_raw__merge_rows') }}
),

families as (
    select * from {{ ref('stg_raw__merge_families') }}
),

add_families as (
    select
        merge_rows.*,
        families.family_id
    from merge_rows
    inner join families
        on
            merge_rows.record_type = families.record_type
            and merge_rows.from_id = families.record_id
    where merge_rows.disposition = 'accepted'
),

bound_stretches as (
    select
        record_type,
        family_id,
        occurred_date as known_from,
        lead(occurred_date) over (partition by record_type, family_id order by occurred_date) as known_to
    from add_families
    group by record_type, family_id, occurred_date
),

keep_last_of_day as (
    select
        record_type,
        family_id,
        from_id,
        into_id,
        occurred_date,
        max({{ pack(['occurred_at', 'event_id', 'feed_order', 'action']) }}) as last_row
    from add_families
    group by record_type, family_id, from_id, into_id, occurred_date
),

bound_edges as (
    select
        record_type,
        family_id,
        from_id,
        into_id,
        last_row.occurred_at,
        last_row.event_id,
        last_row.feed_order,
        last_row.action,
        occurred_date as valid_from,
        lead(occurred_date) over (
            partition by record_type, from_id, into_id
            order by occurred_date
        ) as valid_to
    from keep_last_of_day
),

spread_edges as {{ materialized() }} (
    select
        edges.record_type,
        stretches.known_from,
        edges.from_id,
        edges.into_id,
        edges.occurred_at,
        edges.event_id,
        edges.feed_order
    from bound_edges as edges
    inner join bound_stretches as stretches
        on
            edges.record_type = stretches.record_type
            and edges.family_id = stretches.family_id
            and {{ is_valid_on('edges.valid_from', 'edges.valid_to', 'stretches.known_from') }}
    where edges.action = 'merge'
),

{{ connect_records('spread_edges', ['record_type', 'known_from'], 'find_groups') }},

find_unmerged as (
    select
        find_groups.record_type,
        find_groups.known_from,
        find_groups.group_id,
        count(*) as unmerged_records,
        min(find_groups.record_id) as record_id
    from find_groups
    left join spread_edges as edges
        on
            find_groups.record_type = edges.record_type
            and find_groups.known_from = edges.known_from
            and find_groups.record_id = edges.from_id
    where edges.from_id is null
    group by find_groups.record_type, find_groups.known_from, find_groups.group_id
),

find_latest_edges as (
    select
        record_type,
        known_from,
        group_id,
        max({{ pack(['occurred_at', 'event_id', 'feed_order', 'into_id']) }}) as latest_edge
    from (
        select
            edges.record_type,
            edges.known_from,
            find_groups.group_id,
            edges.occurred_at,
            edges.event_id,
            edges.feed_order,
            edges.into_id
        from spread_edges as edges
        inner join find_groups
            on
                edges.record_type = find_groups.record_type
                and edges.known_from = find_groups.known_from
                and edges.from_id = find_groups.record_id
    ) as edges_of_groups
    group by record_type, known_from, group_id
),

choose_canonical as (
    select
        latest_edges.record_type,
        latest_edges.known_from,
        latest_edges.group_id,
        case
            when unmerged.unmerged_records = 1 then unmerged.record_id
            else latest_edges.latest_edge.into_id
        end as canonical_id
    from find_latest_edges as latest_edges
    left join find_unmerged as unmerged
        on
            latest_edges.record_type = unmerged.record_type
            and latest_edges.known_from = unmerged.known_from
            and latest_edges.group_id = unmerged.group_id
),

find_first_days as (
    select
        record_type,
        family_id,
        min(known_from) as first_date
    from bound_stretches
    group by record_type, family_id
)

select
    families.record_type,
    families.record_id,
    families.record_id as canonical_id,
    cast(null as date) as known_from,
    first_days.first_date as known_to
from families
inner join find_first_days as first_days
    on
        families.record_type = first_days.record_type
        and families.family_id = first_days.family_id

union all

select
    families.record_type,
    families.record_id,
    coalesce(choose_canonical.canonical_id, families.record_id) as canonical_id,
    stretches.known_from,
    stretches.known_to
from families
inner join bound_stretches as stretches
    on
        families.record_type = stretches.record_type
        and families.family_id = stretches.family_id
left join find_groups
    on
        families.record_type = find_groups.record_type
        and families.record_id = find_groups.record_id
        and stretches.known_from = find_groups.known_from
left join choose_canonical
    on
        find_groups.record_type = choose_canonical.record_type
        and find_groups.known_from = choose_canonical.known_from
        and find_groups.group_id = choose_canonical.group_id
