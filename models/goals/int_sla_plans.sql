{#- One row per SLA and month in which a revenue plan needs leads: the amount, in the SLA's unit. -#}
with

requirements as (
    select * from {{ ref('rpt_plan_requirements') }}
),

sla_definitions as (
    select * from {{ ref('sla_definitions') }}
)

select
    sla_definitions.sla_id,
    requirements.period_start,
    {{ in_unit('sla_definitions.unit', 'requirements.leads', 'requirements.points', 'requirements.value') }}
        as planned_amount
from requirements
inner join sla_definitions on requirements.segment = sla_definitions.segment
