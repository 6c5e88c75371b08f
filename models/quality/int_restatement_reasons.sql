{#- One row per restated figure and cause that was found for it. -#}
{#- A hash that is unknown counts as another one; a setting that is unknown does not. -#}
{%- set hashes = {
    'agreement changed': 'agreement_hash',
    'code changed': 'code_hash',
    'reference data changed': 'reference_hash',
} -%}
{%- set settings = {
    'close-rate method changed': 'close_rate_method',
    'maturity changed': 'maturity_days',
    'reporting currency changed': 'reporting_currency',
    'rules changed': 'rules_hash',
    'time zone changed': 'business_timezone',
} -%}
{%- set now = var('fingerprints') -%}
{%- set is_computed_goal = "(figures.figure = 'goal' and coalesce(figures.goal_basis, '') <> 'custom')" -%}
with

figures as (
    select * from {{ ref('int_restated_figures') }}
),

changed_leads as (
    select * from {{ ref('int_changed_leads') }}
),

lead_events as (
    select * from {{ ref('stg_raw__lead_events') }}
),

families as (
    select * from {{ ref('stg_raw__merge_families') }}
),

card_changes as (
    select * from {{ ref('int_rate_card_changes') }}
),

slas as (
    select * from {{ ref('dim_slas') }}
),

last_publication as (
    select * from {{ source('raw', 'last_publication') }}
),

landed_files as (
    select * from {{ source('raw', 'landed_files') }}
),

published_slas as (
    select * from {{ source('raw', 'published_slas') }}
),

name_persons as (
    select distinct
        changed_leads.reason,
        coalesce(families.family_id, changed_leads.lead_id) as person_id
    from changed_leads
    left join families
        on
            changed_leads.lead_id = families.record_id
            and families.record_type = 'lead'
),

list_days as (
    select
        coalesce(families.family_id, lead_events.lead_id) as person_id,
        lead_events.occurred_date,
        lead_events.segment
    from lead_events
    left join families
        on
            lead_events.lead_id = families.record_id
            and families.record_type = 'lead'
    where coalesce(families.family_id, lead_events.lead_id) in (select name_persons.person_id from name_persons)
),

-- A person's entries are on days of events of its leads, in the segment of one of them.
locate_changed_leads as (
    select distinct
        name_persons.reason,
        segments.segment,
        days.occurred_date
    from name_persons
    inner join list_days as days on name_persons.person_id = days.person_id
    inner join list_days as segments on name_persons.person_id = segments.person_id
),

list_data_reasons as (
    select distinct reason
    from changed_leads
),

find_redefined_slas as (
    select slas.sla_id
    from slas
    inner join published_slas on slas.sla_id = published_slas.sla_id
    where
        slas.unit <> published_slas.unit
        or slas.segment <> published_slas.segment
        or slas.pacing <> published_slas.pacing
),

find_agreed_cards as (
    select distinct period_start
    from card_changes
    where is_moved and is_agreement
),

find_calibrated_cards as (
    select distinct period_start
    from card_changes
    where is_moved and not is_agreement
),

find_lead_reasons as (
    select
        figures.sla_id,
        figures.date,
        figures.figure,
        located.reason
    from figures
    inner join locate_changed_leads as located
        on
            figures.date = located.occurred_date
            and figures.segment in (located.segment, 'all')
    where figures.figure = 'actual'
),

find_agreement_reasons as (
    select
        figures.sla_id,
        figures.date,
        figures.figure,
        'agreement changed' as reason
    from figures
    left join find_agreed_cards as cards on figures.period_start = cards.period_start
    left join find_redefined_slas as redefined on figures.sla_id = redefined.sla_id
    where
        redefined.sla_id is not null
        or (figures.figure = 'actual' and figures.unit <> 'leads' and cards.period_start is not null)
),

-- Calibrated cards and goals that are not agreed figures rest on all that was known before their period.
find_indirect_reasons as (
    select
        figures.sla_id,
        figures.date,
        figures.figure,
        data_reasons.reason
    from figures
    cross join list_data_reasons as data_reasons
    left join find_calibrated_cards as cards on figures.period_start = cards.period_start
    where
        (figures.figure = 'actual' and figures.unit <> 'leads' and cards.period_start is not null)
        or {{ is_computed_goal }}
),

find_changed_inputs as (
    {% for reason, hash in hashes.items() -%}
    select '{{ reason }}' as reason
    from last_publication
    where coalesce({{ hash }}, '') <> '{{ now.get(reason, "") }}'

    union all

    {% endfor -%}
    {% for reason, column in settings.items() -%}
    select '{{ reason }}' as reason
    from last_publication
    where {{ column }} <> '{{ now.get(reason, "") }}'

    union all

    {% endfor -%}
    select 'feed changed' as reason
    from last_publication
    where published_at < (select max(landed_files.read_again_at) from landed_files)

    union all

    select 'files taken back' as reason
    from last_publication
    where
        published_at < (select max(landed_files.forgotten_at) from landed_files)
        or (
            rows_landed > (select coalesce(sum(landed_files.rows_landed), 0) from landed_files)
            and not coalesce(published_at < (select max(landed_files.read_again_at) from landed_files), false)
        )
),

find_figures_of_codes as (
    {% for reasons in ['find_lead_reasons', 'find_indirect_reasons'] -%}
    select
        sla_id,
        date,
        figure
    from {{ reasons }}
    where reason in ('event type removed', 'event type renamed', 'stage removed', 'stage renamed')
    {%- if not loop.last %}

    union distinct

    {% endif -%}
    {%- endfor %}
),

-- Agreements make goals; what they change of actuals is found above, by the card. A code that is gone or renamed is the
-- change of the reference data that moved the figure.
find_input_reasons as (
    select
        figures.sla_id,
        figures.date,
        figures.figure,
        changed_inputs.reason
    from figures
    cross join find_changed_inputs as changed_inputs
    left join find_figures_of_codes as figures_of_codes
        on
            figures.sla_id = figures_of_codes.sla_id
            and figures.date = figures_of_codes.date
            and figures.figure = figures_of_codes.figure
    where
        case changed_inputs.reason
            when 'agreement changed' then figures.figure = 'goal'
            when 'reference data changed' then figures_of_codes.sla_id is null
            when 'reporting currency changed'
                then (figures.figure = 'actual' and figures.unit = 'value') or {{ is_computed_goal }}
            when 'close-rate method changed'
                then (figures.figure = 'actual' and figures.unit <> 'leads') or {{ is_computed_goal }}
            when 'maturity changed'
                then (figures.figure = 'actual' and figures.unit <> 'leads') or {{ is_computed_goal }}
            else true
        end
)

{% for reasons in ['find_lead_reasons', 'find_agreement_reasons', 'find_indirect_reasons', 'find_input_reasons'] -%}
select
    sla_id,
    date,
    figure,
    reason
from {{ reasons }}
{%- if not loop.last %}

union distinct

{% endif -%}
{%- endfor %}
