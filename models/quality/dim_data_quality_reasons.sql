{#- One row per reason under which rpt_data_quality counts. -#}
select
    reason,
    kind,
    sort_order,
    label,
    meaning,
    remedy
from {{ ref('data_quality_reasons') }}
