{#-
One row per SLA, period and day from which a target counts: what was agreed for single months, and who signed it.
amount is in the SLA's unit, null unless the basis is custom.
-#}
select
    sla_id,
    period_start,
    coalesce(effective_from, period_start) as effective_from,
    goal_basis,
    amount,
    coalesce(change_policy, 'prospective') as change_policy,
    reason,
    approved_by_marketing,
    approved_by_sales
from {{ ref('sla_targets') }}
