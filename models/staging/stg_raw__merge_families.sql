{#-
One row per record that a landed merge names: its family, which is all records that merges connect with it, directly or
through others, whatever became of them and on whichever day. What a merge changes stays within a family. changed_in_file
is the last file with a merge of the family.
-#}
with

merge_rows as (
    select * from {{ ref('stg_raw__merge_rows') }}
),

list_pairs as (
    select
        record_type,
        from_id,
        into_id,
        max(file_number) as last_file_number
    from merge_rows
    where from_id <> into_id
    group by record_type, from_id, into_id
),

{{ connect_records('list_pairs', ['record_type'], 'find_families') }},

find_last_files as (
    select
        families.record_type,
        families.group_id,
        max(list_pairs.last_file_number) as changed_in_file
    from list_pairs
    inner join find_families as families
        on
            list_pairs.record_type = families.record_type
            and list_pairs.from_id = families.record_id
    group by families.record_type, families.group_id
)

select
    families.record_type,
    families.record_id,
    families.group_id as family_id,
    last_files.changed_in_file
from find_families as families
inner join find_last_files as last_files
    on
        families.record_type = last_files.record_type
        and families.group_id = last_files.group_id
