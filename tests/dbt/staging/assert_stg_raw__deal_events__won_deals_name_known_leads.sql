{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'stg_raw__deal_events'}}}) }}
{#-
At most half of the won deals of a feed name unknown leads. Where most wins name unknown leads, either their events are not
accepted themselves, or the ids of two systems never meet. Returns a row per feed, with an example and the number of unknown ids
that landed in a lead feed but are not accepted there, and of the others, those that are like a landed one but for upper and lower
case, or but for the last three of the 18 characters of a Salesforce id, or that are several ids in one value. Remedy: for leads
that landed but are not accepted, look at staging.quarantined_events and release their events; for the others, write the ids alike
at the source; if they come from another system, export the lead's id of that system, or land its leads.
-#}
with

deal_events as (
    select * from {{ ref('stg_raw__deal_events') }}
),

lead_events as (
    select * from {{ ref('stg_raw__lead_events') }}
),

list_won_deals as (
    select
        feed,
        deal_id,
        max(case when disposition = 'unknown_lead' then lead_id end) as unknown_lead_id
    from deal_events
    where
        outcome = 'won'
        and lead_id is not null
        and disposition <> 'replayed'
    group by feed, deal_id
),

count_deals as (
    select
        feed,
        count(*) as won_deals,
        count(unknown_lead_id) as won_deals_of_unknown_leads
    from list_won_deals
    group by feed
    having count(unknown_lead_id) > 0.5 * count(*)
),

list_unknown_ids as (
    select
        list_won_deals.feed,
        list_won_deals.unknown_lead_id,
        lower(list_won_deals.unknown_lead_id) as lower_id,
        case
            when length(list_won_deals.unknown_lead_id) = 18 then substring(list_won_deals.unknown_lead_id, 1, 15)
            when length(list_won_deals.unknown_lead_id) = 15 then list_won_deals.unknown_lead_id
        end as short_id
    from list_won_deals
    inner join count_deals on list_won_deals.feed = count_deals.feed
    where list_won_deals.unknown_lead_id is not null
),

list_not_accepted as (
    select distinct lead_id
    from lead_events
    where lead_id in (select list_unknown_ids.unknown_lead_id from list_unknown_ids)
),

list_alike_in_lower_case as (
    select distinct lower(lead_id) as lower_id
    from lead_events
    where lower(lead_id) in (select list_unknown_ids.lower_id from list_unknown_ids)
),

list_alike_in_15_characters as (
    select distinct substring(lead_id, 1, 15) as short_id
    from lead_events
    where
        length(lead_id) in (15, 18)
        and substring(lead_id, 1, 15) in (select list_unknown_ids.short_id from list_unknown_ids)
),

count_causes as (
    select
        list_unknown_ids.feed,
        min(list_unknown_ids.unknown_lead_id) as example,
        count(not_accepted.lead_id) as landed_but_not_accepted,
        sum(
            case when not_accepted.lead_id is null and lower_case.lower_id is not null then 1 else 0 end
        ) as like_known_but_for_case,
        sum(
            case when not_accepted.lead_id is null and short.short_id is not null then 1 else 0 end
        ) as like_known_but_for_15_or_18_characters,
        sum(
            case
                when
                    not_accepted.lead_id is null
                    and (
                        list_unknown_ids.unknown_lead_id like '%;%'
                        or list_unknown_ids.unknown_lead_id like '%,%'
                        or list_unknown_ids.unknown_lead_id like '%|%'
                    )
                    then 1
                else 0
            end
        ) as several_ids_in_one_value
    from list_unknown_ids
    left join list_not_accepted as not_accepted on list_unknown_ids.unknown_lead_id = not_accepted.lead_id
    left join list_alike_in_lower_case as lower_case on list_unknown_ids.lower_id = lower_case.lower_id
    left join list_alike_in_15_characters as short on list_unknown_ids.short_id = short.short_id
    group by list_unknown_ids.feed
)

select
    count_deals.feed,
    count_deals.won_deals_of_unknown_leads,
    count_deals.won_deals,
    nullif(count_causes.landed_but_not_accepted, 0) as landed_but_not_accepted,
    nullif(count_causes.like_known_but_for_case, 0) as like_known_but_for_case,
    nullif(count_causes.like_known_but_for_15_or_18_characters, 0) as like_known_but_for_15_or_18_characters,
    nullif(count_causes.several_ids_in_one_value, 0) as several_ids_in_one_value,
    count_causes.example
from count_deals
inner join count_causes on count_deals.feed = count_causes.feed
order by count_deals.won_deals_of_unknown_leads desc
