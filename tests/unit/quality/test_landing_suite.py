"""The suite of the first boundary: for every check a warehouse that passes and one that does not."""

from pathlib import Path

import pytest

from lead_sla.quality.landing import landing_suite
from lead_sla.quality.runner import run_suite
from lead_sla.settings import Settings
from tests.unit.quality.warehouses import (
    AS_OF,
    RAW_ROWS,
    RAW_SCHEMA,
    RECOUNT_FILES,
    copy,
    failures,
    settings_of,
    write,
)

# A file of a later landing, with its events years ago, so that only the file itself can be out of the ordinary.
LATER_FILE = """
insert into raw.landed_files values
    ('{name}', {number}, 'lead_events', 'lead_events', 'lead_events/{name}.csv', 1,
     {landed} + {rejected} + {filtered}, {landed}, {rejected}, {filtered}, '{landed_at}', null);
insert into raw.lead_events (file_id, file_number, feed, event_id, lead_id, event_type, occurred_at)
select '{name}', {number}, 'lead_events', '{name}' || n, 'l1', 'demo', '2020-01-01' from range({landed}) as s(n);
insert into raw.rejected_rows (file_id, file_number, feed, line_number, reason, original_text)
select '{name}', {number}, 'lead_events', n, 'occurred_at is not a timestamp', 'x,ann@example.org'
from range({rejected}) as s(n);
"""
LATER, LATEST = "2026-11-24 04:00:00", "2026-11-25 04:00:00"
SMALL_FILE = LATER_FILE.format(name="small", number=4, landed=5, rejected=0, filtered=0, landed_at=LATEST)

FAILING = {
    "an event that has vanished": (
        "delete from raw.lead_events where event_id = 'e0'",
        {"landed_files_match_stored_rows": "rows_landed=900, stored_events=899"},
    ),
    "a rejected row that has vanished": (
        "update raw.landed_files set rows_read = 452, rows_rejected = 2 where file_id = 'f2'",
        {"landed_files_match_stored_rows": "rows_rejected=2, stored_rejects=0"},
    ),
    "events of a file that never landed": (
        "delete from raw.landed_files where file_id = 'f2'",
        {"landed_files_match_stored_rows": "file_number=2, path=None, rows_landed=0, stored_events=450"},
    ),
    "more than half of the latest landing rejected, over two files": (
        LATER_FILE.format(name="bad", number=3, landed=10, rejected=60, filtered=0, landed_at=LATER)
        + LATER_FILE.format(name="good", number=4, landed=39, rejected=0, filtered=200, landed_at=LATER),
        {
            "rejected_share_within_threshold": "feed=lead_events, rows_read=309, rows_rejected=60, "
            "rejected_share=0.55, allowed_share=0.5"
        },
    ),
    "more than half of what has landed again rejected, though other files are newer": (
        LATER_FILE.format(name="bad", number=3, landed=40, rejected=60, filtered=0, landed_at=LATER)
        + SMALL_FILE
        + f"update raw.landed_files set read_again_at = timestamp '{LATEST}' + interval 1 day where file_id = 'bad'",
        {
            "rejected_share_within_threshold": "feed=lead_events, rows_read=100, rows_rejected=60, "
            "rejected_share=0.6, allowed_share=0.5"
        },
    ),
    "no new lead events for four days, and one from the future": (
        "delete from raw.lead_events where occurred_at >= '2026-11-19';"
        "update raw.lead_events set occurred_at = '2027-05-01' where event_id = 'e899';" + RECOUNT_FILES,
        {
            "lead_events_are_fresh": "1 failure in raw.lead_events: feed=lead_events, newest_day=2026-11-18, "
            "days_old=4.",
            "lead_events_volume_in_usual_range": "events_in_last_7_days=30, usual_in_7_days=70",
        },
    ),
    "no new deal events at all for two weeks": (
        "delete from raw.deal_events where occurred_date >= '2026-11-09';"
        "update raw.deal_events set occurred_date = '2027-05-01' where event_id = 'd449';" + RECOUNT_FILES,
        {
            "deal_events_are_fresh": "feed=deal_events, newest_day=2026-11-08, days_old=14",
            "deal_events_volume_in_usual_range": "events_in_last_7_days=0, usual_in_7_days=35",
        },
    ),
    "a week of lead events cut short, after a rise": (
        "delete from raw.lead_events where occurred_at < '2026-10-19' and row_number % 10 = 2;"
        "delete from raw.lead_events where occurred_at >= '2026-11-16' and (row_number - 2) % 10 not in (0, 6, 9);"
        + RECOUNT_FILES,
        {
            "lead_events_volume_in_usual_range": "1 failure in raw.lead_events: feed=lead_events, "
            "events_in_last_7_days=21, usual_in_7_days=66.5."
        },
    ),
    "a week of deal events three times over, under new ids": (
        "insert into raw.deal_events select deals.* replace (event_id || '-' || n as event_id) "
        "from raw.deal_events as deals cross join range(2) as s(n) where occurred_date >= '2026-11-16';"
        + RECOUNT_FILES,
        {"deal_events_volume_in_usual_range": "events_in_last_7_days=105, usual_in_7_days=35"},
    ),
    "a channel that has stopped": (
        "update raw.lead_events set channel = null where occurred_at >= '2026-11-16'",
        {
            "lead_events_optional_columns_are_filled": "1 failure in raw.lead_events: feed=lead_events, "
            "column_name=channel, events_in_last_7_days=70, empty_share=1, usual_empty_share=0."
        },
    ),
    "a column that was seldom filled and is now never": (
        "insert into raw.lead_events select leads.* replace (event_id || '-' || n as event_id) "
        "from raw.lead_events as leads cross join range(3) as s(n);"
        "update raw.lead_events set landing_page = null where occurred_at >= '2026-11-16' or row_number % 10 > 0;"
        + RECOUNT_FILES,
        {"lead_events_optional_columns_are_filled": "landing_page, events_in_last_7_days=280, empty_share=1"},
    ),
    "deals that have lost half of their amounts": (
        "update raw.deal_events set amount = null where occurred_date >= '2026-11-16' and row_number % 2 = 0",
        {"deal_events_optional_columns_are_filled": "column_name=amount, events_in_last_7_days=35, empty_share=0.6"},
    ),
    "an event type that has stopped coming": (
        "delete from raw.lead_events where event_type = 'demo' and occurred_at >= '2026-11-09';" + RECOUNT_FILES,
        {
            "lead_events_codes_still_arrive": "1 failure in raw.lead_events: feed=lead_events, event_type=demo, "
            "usual_share=0.1, events_in_last_14_days=126."
        },
    ),
    "a deal stage that has stopped coming": (
        "delete from raw.deal_events where stage = 'won' and occurred_date >= '2026-11-09';" + RECOUNT_FILES,
        {"deal_events_codes_still_arrive": "feed=deal_events, stage=won, usual_share=0.2, events_in_last_14_days=56"},
    ),
}
PASSING = {
    "the warehouse as it is": "",
    "events that are three days old": (
        "delete from raw.lead_events where occurred_at >= '2026-11-20';" + RECOUNT_FILES
    ),
    "the same events delivered again": (
        "insert into raw.lead_events select leads.* from raw.lead_events as leads cross join range(3) "
        "where occurred_at >= '2026-11-16';" + RECOUNT_FILES
    ),
    "a growing company that is five weeks old": (
        "delete from raw.lead_events where occurred_at < '2026-10-19';"
        "delete from raw.deal_events where occurred_date < '2026-10-19';"
        "insert into raw.lead_events select leads.* replace ('new' as event_id) from raw.lead_events as leads "
        "where event_id = 'e0';" + RECOUNT_FILES
    ),
    "a company that is eight days old and has a new form without a channel": (
        "delete from raw.lead_events where occurred_at < '2026-11-15';"
        "update raw.lead_events set channel = null where occurred_at >= '2026-11-16';" + RECOUNT_FILES
    ),
    "a company that is three weeks old and has given up a type": (
        "delete from raw.lead_events where occurred_at < '2026-11-02';"
        "delete from raw.lead_events where event_type = 'demo' and occurred_at >= '2026-11-09';" + RECOUNT_FILES
    ),
    "a company with hardly any deals": (
        "delete from raw.deal_events where row_number % 35 <> 2;"
        "update raw.deal_events set occurred_date = '2026-11-22' where occurred_date >= '2026-11-01';" + RECOUNT_FILES
    ),
    "twenty deals without an amount": (
        "delete from raw.deal_events where occurred_date >= '2026-11-16' and event_id not in "
        "(select event_id from raw.deal_events order by row_number limit 20);"
        "update raw.deal_events set amount = null where occurred_date >= '2026-11-16';" + RECOUNT_FILES
    ),
    "events of days that do not count yet": (
        "insert into raw.lead_events select leads.* replace ('later' || n || event_id as event_id, "
        "null as channel, occurred_at + interval 7 day as occurred_at) "
        "from raw.lead_events as leads cross join range(2) as s(n) where occurred_at >= '2026-11-16';" + RECOUNT_FILES
    ),
    "a feed that was removed from feeds.yml": (
        "delete from raw.deal_events where occurred_date >= '2026-11-09';"
        "update raw.feeds set is_configured = false where feed = 'deal_events';" + RECOUNT_FILES
    ),
    "a small file that is all bad": LATER_FILE.format(
        name="bad", number=3, landed=0, rejected=99, filtered=0, landed_at=LATER
    ),
    "half of a file rejected": LATER_FILE.format(
        name="half", number=3, landed=50, rejected=50, filtered=0, landed_at=LATER
    ),
    "a bad file of an earlier landing": (
        LATER_FILE.format(name="bad", number=3, landed=0, rejected=200, filtered=0, landed_at=LATER) + SMALL_FILE
    ),
    "a rare type that happens not to come": (
        "update raw.lead_events set event_type = 'webinar' where event_type = 'demo';"
        "update raw.lead_events set event_type = 'rare' where (row_number - 2) % 25 = 0 and occurred_at < '2026-11-09';"
    ),
}


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = settings_of(tmp_path_factory.mktemp("landed"))
    write(settings, RAW_SCHEMA, RAW_ROWS)
    return settings


@pytest.mark.parametrize("case", FAILING)
def test_landing_suite_finds(case: str, landed: Settings, tmp_path: Path) -> None:
    statements, expected = FAILING[case]
    corrupted = copy(landed, tmp_path)
    write(corrupted, statements)
    found = failures(run_suite(corrupted, landing_suite(AS_OF)))
    assert found.keys() == expected.keys()
    for name, words in expected.items():
        assert words in found[name].found


def test_every_check_of_the_landing_suite_has_a_case_in_which_it_fails() -> None:
    found = {name for _, expected in FAILING.values() for name in expected}
    assert found == {check.name for check in landing_suite(AS_OF).checks}


@pytest.mark.parametrize("case", PASSING)
def test_landing_suite_accepts(case: str, landed: Settings, tmp_path: Path) -> None:
    accepted = copy(landed, tmp_path)
    write(accepted, PASSING[case])
    assert failures(run_suite(accepted, landing_suite(AS_OF))) == {}


def test_landing_suite_accepts_a_warehouse_in_which_nothing_has_landed(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    write(settings, RAW_SCHEMA)
    assert failures(run_suite(settings, landing_suite(AS_OF))) == {}


def test_landing_suite_lets_the_caller_choose_how_much_may_be_rejected(landed: Settings, tmp_path: Path) -> None:
    settings = copy(landed, tmp_path)
    write(settings, LATER_FILE.format(name="bad", number=3, landed=40, rejected=60, filtered=0, landed_at=LATER))
    assert failures(run_suite(settings, landing_suite(AS_OF, max_rejected_share=0.6))) == {}
    assert failures(run_suite(settings, landing_suite(AS_OF, max_rejected_share=0.59))).keys() == {
        "rejected_share_within_threshold"
    }


@pytest.mark.parametrize(("zone", "fresh"), [("UTC", True), ("America/New_York", False)])
def test_landing_suite_counts_days_in_the_business_zone(
    zone: str, fresh: bool, landed: Settings, tmp_path: Path
) -> None:
    settings = copy(landed, tmp_path)
    write(settings, "delete from raw.lead_events where occurred_at >= '2026-11-18';")
    write(settings, "update raw.lead_events set occurred_at = '2026-11-19 03:00:00' where event_id = 'e899';")
    found = failures(run_suite(settings_of(tmp_path, zone), landing_suite(AS_OF)))
    assert ("lead_events_are_fresh" not in found) is fresh


def test_landing_suite_blocks_on_lost_rows_and_only_warns_of_what_is_unusual() -> None:
    errors = {check.name for check in landing_suite(AS_OF).checks if check.severity == "error"}
    assert errors == {"landed_files_match_stored_rows", "rejected_share_within_threshold"}


def test_landing_suite_shows_no_text_of_a_rejected_row(landed: Settings, tmp_path: Path) -> None:
    settings = copy(landed, tmp_path)
    write(settings, LATER_FILE.format(name="bad", number=3, landed=0, rejected=200, filtered=0, landed_at=LATER))
    found = failures(run_suite(settings, landing_suite(AS_OF)))
    assert "example.org" not in found["rejected_share_within_threshold"].found
