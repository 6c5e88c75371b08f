{#-
The groups of records that edges connect, by alternating large-star and small-star steps (Kiveris et al., "Connected
components in MapReduce and beyond", SOCC 2014): each record is linked to the smallest one of its neighborhood, first from
its larger neighbors and then from its smaller ones, until each group is a star around its smallest record. A round halves
the longest path, so that 12 of them connect chains of 4,000 records; a data test finds an edge between two groups. Each step
reads the one before once, since Spark would compute it again for each reference.
-#}
{% macro connect_records(edges, keys, name) -%}
    {%- set rounds = 12 -%}
    {%- set key = keys | join(', ') -%}
    {%- set both_ends = 'cross join (select 1 as side union all select 2 as side) as sides' -%}
    {{ name }}_0 as (
        select
            {{ key }},
            from_id as record_id,
            into_id as hub
        from {{ edges }}
        where from_id <> into_id
    ),

    {% for round in range(rounds) -%}
    {{ name }}_{{ round }}_large as {{ materialized() }} (
        select distinct
            {{ key }},
            neighbor as record_id,
            hub
        from (
            select
                {{ key }},
                record_id,
                neighbor,
                least(record_id, min(neighbor) over (partition by {{ key }}, record_id)) as hub
            from (
                select
                    {{ key }},
                    case when side = 1 then record_id else hub end as record_id,
                    case when side = 1 then hub else record_id end as neighbor
                from {{ name }}_{{ round }}
                {{ both_ends }}
            ) as neighbors
        ) as linked
        where neighbor > record_id
    ),

    {{ name }}_{{ round + 1 }} as {{ materialized() }} (
        select distinct
            {{ key }},
            record_id,
            hub
        from (
            select
                {{ key }},
                case when side = 1 then record_id else hub end as record_id,
                nearest as hub
            from (
                select
                    {{ key }},
                    record_id,
                    hub,
                    min(hub) over (partition by {{ key }}, record_id) as nearest
                from {{ name }}_{{ round }}_large
            ) as neighbors
            {{ both_ends }}
        ) as linked
        where record_id <> hub
    ),

    {% endfor -%}
    {{ name }} as (
        select
            {{ key }},
            record_id,
            min(hub) as group_id
        from (
            select
                {{ key }},
                case when side = 1 then record_id else hub end as record_id,
                hub
            from {{ name }}_{{ rounds }}
            {{ both_ends }}
        ) as stars
        group by {{ key }}, record_id
    )
{%- endmacro %}


{#- All records that merges connect with some, whatever the day of the merges. -#}
{% macro select_relatives(record_type, records) -%}
    select relatives.record_id as {{ record_type }}_id
    from families as relatives
    inner join families as named
        on
            relatives.record_type = named.record_type
            and relatives.family_id = named.family_id
    where
        named.record_type = '{{ record_type }}'
        and named.record_id in (select {{ records }}.{{ record_type }}_id from {{ records }})
{%- endmacro %}


{#- Whether what a table says of a person was known on a day; null is open on either side. -#}
{% macro is_known_on(versions, day) -%}
    (
        ({{ versions }}.known_from is null or {{ versions }}.known_from <= {{ day }})
        and ({{ versions }}.known_to is null or {{ versions }}.known_to > {{ day }})
    )
{%- endmacro %}
