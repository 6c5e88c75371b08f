"""What makes each singular data test fail: SQL that corrupts tables of the company of `test_data_tests.py`."""

AS_OF = "2026-06-20"
# The last event lands in a second file, after which only what it touches has to be tested.
LAST_LEAD = "late"
DOUBLED_EVENT = f"""
insert into raw.lead_events
select * replace (row_number + 1000 as row_number) from raw.lead_events where lead_id = '{LAST_LEAD}'
"""
DOUBLED_TYPE = f"""
insert into intermediate.int_lead_touches
from intermediate.int_lead_touches where lead_id = '{LAST_LEAD}'
"""
MISSING_STEP = f"""
update intermediate.int_lead_touches set step_number = step_number + 1 where lead_id = '{LAST_LEAD}'
"""
DOUBLED_DEAL_EVENT = """
insert into raw.deal_events select * replace (row_number + 1000 as row_number) from raw.deal_events;
insert into staging.stg_raw__deal_dispositions
select * replace (row_number + 1000 as row_number) from staging.stg_raw__deal_dispositions
"""
MORE_QUARANTINED = """
insert into staging.quarantined_events
select quarantined_events.* replace ('lead_events' as feed) from staging.quarantined_events cross join range(110)
"""
# The deal of nobody, accepted when version 1 was published, is in quarantine because its stage is gone.
REMOVED_CODE = """
    update staging.quarantined_events set reason = 'unknown_stage';
    insert into raw.publications by name
    select
        1 as publication_number, 'first' as run_id, timestamp '2026-06-01' as published_at, date '2026-05-31' as
        as_of_date, 'UTC' as business_timezone, 'USD' as reporting_currency, 2 as last_file_number
"""
MANY_WITHDRAWN = """
    update raw.feeds set kind = 'lead_records' where feed = 'lead_events';
    insert into staging.stg_raw__records
    select 'lead_events', range::varchar, 1, range, 1, range < 6, if(range < 6, 2, 1), range < 6 from range(100);
    insert into raw.publications by name
    select
        1 as publication_number, 'first' as run_id, timestamp '2026-06-01' as published_at, date '2026-05-31' as
        as_of_date, 'UTC' as business_timezone, 'USD' as reporting_currency, 1 as last_file_number
"""
SEPARATED = "update staging.stg_raw__record_identities set canonical_id = record_id"
FORGOTTEN = "delete from staging.stg_raw__record_identities"
CONFLICTS = "update staging.stg_raw__deal_dispositions set disposition = 'conflicting_duplicate'"
NEW_CODE = "update staging.quarantined_events set reason = 'unknown_stage'"
MOSTLY_QUARANTINED = """
update marts.rpt_data_quality
set row_count = (select sum(row_count) from marts.rpt_data_quality where reason = 'accepted') + 1
where (feed, reason) in (select (feed, reason) from staging.quarantined_events)
"""
UNKNOWN_LEADS = "update staging.stg_raw__deal_dispositions set disposition = 'unknown_lead'"
SLICES = "update marts.fct_sla_daily_cumulative set target_daily = target_daily + 1 where target_daily is not null"
# The test, what corrupts its tables, and how many landed files have been tested before.
CORRUPTIONS = [
    ("assert_stg_raw__events__accepted_ids_are_unique", DOUBLED_EVENT, 0),
    ("assert_stg_raw__events__accepted_ids_are_unique", DOUBLED_EVENT, 1),
    ("assert_stg_raw__events__accepted_ids_are_unique", DOUBLED_DEAL_EVENT, 2),
    (
        "assert_stg_raw__events__every_row_is_accounted_for",
        f"delete from raw.lead_events where lead_id = '{LAST_LEAD}'",
        0,
    ),
    ("assert_quarantined_events__share_within_threshold", MORE_QUARANTINED, 0),
    ("assert_quarantined_events__codes_in_use_are_kept", REMOVED_CODE, 0),
    ("assert_quarantined_events__codes_are_known", NEW_CODE, 0),
    ("assert_rpt_data_quality__most_events_of_a_feed_count", MOSTLY_QUARANTINED, 0),
    ("assert_stg_raw__events__known_ids_rarely_conflict", CONFLICTS, 0),
    ("assert_stg_raw__records__share_withdrawn_within_threshold", MANY_WITHDRAWN, 0),
    ("assert_stg_raw__record_identities__no_edge_joins_two", SEPARATED, 0),
    ("assert_stg_raw__record_identities__no_edge_joins_two", FORGOTTEN, 0),
    ("assert_stg_raw__deal_events__won_deals_name_known_leads", UNKNOWN_LEADS, 0),
    ("assert_int_lead_touches__types_are_unique_per_lead", DOUBLED_TYPE, 0),
    ("assert_int_lead_touches__types_are_unique_per_lead", DOUBLED_TYPE, 1),
    ("assert_int_lead_touches__steps_are_consecutive", MISSING_STEP, 0),
    ("assert_int_lead_touches__steps_are_consecutive", MISSING_STEP, 1),
    (
        "assert_int_credit_ledger__counts_every_lead_once",
        "delete from intermediate.int_credit_ledger",
        0,
    ),
    ("assert_fct_sla_daily__equals_ledger", "update marts.fct_sla_daily set leads = leads + 1", 0),
    ("assert_fct_sla_daily_cumulative__daily_targets_sum_to_target", SLICES, 0),
    (
        "assert_fct_sla_daily_cumulative__every_day_is_present",
        f"delete from marts.fct_sla_daily_cumulative where date = '{AS_OF}'",
        0,
    ),
    ("assert_fct_close_rates__grid_is_complete", "delete from marts.fct_close_rates where method = 'matured'", 0),
    ("assert_fct_close_rates__rates_are_within_intervals", "update marts.fct_close_rates set close_rate = null", 0),
    (
        "assert_fct_source_close_rates__leads_add_up",
        "delete from marts.fct_source_close_rates where source_kind = 'channel'",
        0,
    ),
    (
        "assert_fct_sla_periods__grains_add_up",
        "delete from marts.fct_sla_periods where grain = 'quarter' and actual > 0",
        0,
    ),
    (
        "assert_fct_won_deals_monthly__segments_add_up",
        "delete from marts.fct_won_deals_monthly where segment = 'all'",
        0,
    ),
    (
        "assert_rpt_sla_gap_drivers__effects_sum_to_gap",
        "update marts.rpt_sla_gap_drivers set mix_effect = mix_effect + 1",
        0,
    ),
]
