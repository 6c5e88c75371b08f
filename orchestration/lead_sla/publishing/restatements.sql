-- One row per SLA, date and figure that says something else now than in the publication before, for days that both
-- cover. Attached: `warehouse`, `sla_mart` (being built), `was` (the mart published before); in `temp`: what was known
-- then (known_files, held_events, won_deals).
with

new_files as (
    select landed_files.file_number
    from warehouse.raw.landed_files as landed_files
    anti join known_files on landed_files.file_id = known_files.file_id
),

held_rows as (
    select
        landed_files.file_number,
        held_events.row_number
    from held_events
    inner join warehouse.raw.landed_files as landed_files on held_events.file_id = landed_files.file_id
),

-- Not materialized, so that of the whole history only what each reason asks for is read.
events as not materialized (
    select
        file_number,
        row_number,
        lead_id,
        occurred_date,
        disposition
    from warehouse.staging.stg_raw__lead_events

    union all

    -- An event of a deal may leave its lead to another event of the deal.
    select
        deal_events.file_number,
        deal_events.row_number,
        named.lead_id,
        deal_events.occurred_date,
        deal_events.disposition
    from warehouse.staging.stg_raw__deal_events as deal_events
    inner join (
        select distinct deal_id, lead_id
        from warehouse.staging.stg_raw__deal_events
        where lead_id is not null
    ) as named on deal_events.deal_id = named.deal_id
),

find_changed_leads as (
    select
        lead_id,
        'late events' as reason
    from events
    where
        file_number in (select new_files.file_number from new_files)
        and disposition = 'accepted'
        and occurred_date <= $was_as_of_date

    union

    select
        events.lead_id,
        'quarantine released' as reason
    from events
    inner join held_rows using (file_number, row_number)
    where
        events.disposition = 'accepted'
        and events.occurred_date <= $was_as_of_date

    union

    select
        events.lead_id,
        'events quarantined' as reason
    from events
    anti join held_rows using (file_number, row_number)
    where
        events.disposition not in ('accepted', 'replayed')
        and events.file_number not in (select new_files.file_number from new_files)
        and events.occurred_date <= $was_as_of_date

    union

    select
        won_deals.lead_id,
        'deal reopened' as reason
    from won_deals
    anti join warehouse.intermediate.int_deal_versions as deals
        on
            won_deals.deal_id = deals.deal_id
            and deals.valid_from <= $as_of_date
            and (deals.valid_to is null or deals.valid_to > $as_of_date)
            and deals.won_date is not null
),

list_days as (
    select
        lead_id,
        occurred_date,
        segment
    from warehouse.staging.stg_raw__lead_events
    where lead_id in (select find_changed_leads.lead_id from find_changed_leads)
),

-- A lead's entries lie on days of its events, in the segment of one of them.
locate_changed_leads as (
    select distinct
        find_changed_leads.reason,
        segments.segment,
        days.occurred_date
    from find_changed_leads
    inner join list_days as days on find_changed_leads.lead_id = days.lead_id
    inner join list_days as segments on find_changed_leads.lead_id = segments.lead_id
),

list_data_reasons as (
    select distinct reason
    from find_changed_leads
),

find_moved_cards as (
    select
        period_start,
        was_cards.close_rate is distinct from cards.close_rate
        and 'agreed' in (was_cards.rate_source, cards.rate_source) as is_agreement
    from was.main.fct_rate_cards as was_cards
    inner join sla_mart.main.fct_rate_cards as cards using (period_start, event_type)
    where
        moved(was_cards.points, cards.points)
        or moved(was_cards.value, cards.value)
),

find_redefined_slas as (
    select sla_id
    from was.main.dim_slas as was_slas
    inner join sla_mart.main.dim_slas as slas using (sla_id)
    where (was_slas.unit, was_slas.segment, was_slas.pacing) is distinct from (slas.unit, slas.segment, slas.pacing)
),

-- A day of `was` that is not there any more, because its month now lies before the first lead's, has become null.
compare_figures as (
    select
        was_cumulative.sla_id,
        was_cumulative.date,
        was_figures.figure,
        was_cumulative.period_start,
        slas.unit,
        slas.segment,
        goals.goal_basis,
        was_figures.amount as previous_value,
        case was_figures.figure when 'actual' then cumulative.actual else cumulative.target_daily end as current_value
    from was.main.fct_sla_daily_cumulative as was_cumulative
    inner join sla_mart.main.dim_slas as slas on was_cumulative.sla_id = slas.sla_id
    left join sla_mart.main.fct_sla_daily_cumulative as cumulative
        on
            was_cumulative.sla_id = cumulative.sla_id
            and was_cumulative.date = cumulative.date
    left join sla_mart.main.fct_sla_goals as goals
        on
            was_cumulative.sla_id = goals.sla_id
            and was_cumulative.period_start = goals.period_start
    cross join lateral (
        values ('actual', was_cumulative.actual), ('goal', was_cumulative.target_daily)
    ) as was_figures (figure, amount)
    where
        was_cumulative.date <= case was_figures.figure
            when 'actual' then least($was_as_of_date, $as_of_date)
            else last_day($as_of_date)
        end
        and moved(previous_value, current_value)
),

find_reasons as (
    select
        figures.sla_id,
        figures.date,
        figures.figure,
        located.reason
    from compare_figures as figures
    inner join locate_changed_leads as located
        on
            figures.date = located.occurred_date
            and figures.segment in (located.segment, 'all')
    where figures.figure = 'actual'

    union

    select
        figures.sla_id,
        figures.date,
        figures.figure,
        'agreement changed' as reason
    from compare_figures as figures
    left join find_moved_cards as cards using (period_start)
    where
        (figures.figure = 'actual' and figures.unit <> 'leads' and cards.is_agreement)
        or (figures.figure = 'goal' and $is_agreement_changed)
        or figures.sla_id in (select sla_id from find_redefined_slas)

    union

    -- Calibrated cards and goals that are not agreed figures rest on all that was known before their period.
    select
        figures.sla_id,
        figures.date,
        figures.figure,
        data_reasons.reason
    from compare_figures as figures
    cross join list_data_reasons as data_reasons
    left join find_moved_cards as cards using (period_start)
    where
        (figures.figure = 'actual' and figures.unit <> 'leads' and not cards.is_agreement)
        or (figures.figure = 'goal' and figures.goal_basis is distinct from 'custom')

    union

    select
        figures.sla_id,
        figures.date,
        figures.figure,
        unnest($version_reasons) as reason
    from compare_figures as figures
)

select
    sla_id,
    date,
    figure,
    figures.period_start,
    last_day(figures.period_start) <= $was_as_of_date as is_closed_period,
    $was_published_at as was_published_at,
    $published_at as published_at,
    figures.previous_value,
    figures.current_value,
    figures.current_value - figures.previous_value as change,
    coalesce(string_agg(reasons.reason, ', ' order by reasons.reason), 'unexplained') as reason
from compare_figures as figures
left join find_reasons as reasons using (sla_id, date, figure)
group by all
