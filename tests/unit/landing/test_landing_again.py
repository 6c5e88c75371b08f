"""A changed entry of feeds.yml lands its files again, and a file that was wrong can be taken back."""

from datetime import datetime

import pytest

from lead_sla.errors import InputError
from lead_sla.inputs.feeds import Feed, load_feeds
from lead_sla.landing.forgetting import forget
from lead_sla.landing.summary import describe, describe_warnings
from tests.support.landing_home import LANDED_AT, LandingHome

LATER = datetime(2026, 2, 1, 6)
HEADER = "Id,Contact,Kind,When\n"
ENTRY = """
feeds:
  - name: crm
    kind: lead_events
    files: crm/*.csv
    columns: {event_id: Id, lead_id: Contact, event_type: Kind, occurred_at: When}
"""
US_DATES = ENTRY + '    dates: ["%m/%d/%Y"]\n'
RECORDS = """
feeds:
  - name: crm
    kind: lead_records
    files: crm/*.csv
    record_id: Id
    columns: {lead_id: Contact}
    events: [{event_type: Kind, occurred_at: When}]
"""
EVENTS = "select event_id, occurred_date from raw.lead_events order by file_number, row_number"


def read(home: LandingHome, text: str) -> tuple[Feed, ...]:
    path = home.landing_dir.parent / "feeds.yml"
    path.write_text(text)
    return load_feeds(path)


def put_days(home: LandingHome, *days: int, month: int = 1) -> None:
    for day in days:
        home.put(f"crm/{day}.csv", f"{HEADER}e{day},l,demo,{month:02}/{day:02}/2026\n")


@pytest.fixture
def landed(home: LandingHome) -> LandingHome:
    """Twenty files, whose Parquet files are merged, under an entry that rejects all their dates."""
    put_days(home, *range(1, 21))
    home.put("crm/iso.csv", f"{HEADER}iso,l,demo,2026-01-31\n")
    report = home.land(*read(home, ENTRY))
    assert sum(file.rows_rejected for file in report.landed) == 20
    return home


def test_files_of_a_changed_entry_land_again_with_their_number_and_day(landed: LandingHome) -> None:
    (landed.landing_dir / "crm/iso.csv").unlink()
    (landed.landing_dir / "crm/20.csv").unlink()
    put_days(landed, 21)
    before = landed.ask("select file_id, file_number, landed_at from raw.landed_files order by 2")
    report = landed.land(*read(landed, US_DATES), landed_at=LATER)
    assert landed.ask("select count(*), count(distinct occurred_date), max(landed_at) from raw.lead_events") == [
        (21, 21, LATER)
    ]
    after = landed.ask("select file_id, file_number, landed_at from raw.landed_files order by 2")
    assert after[:-1] == before
    assert landed.ask("select count(*) from raw.rejected_rows") == [(1,)]
    assert landed.ask("select count(*), min(read_again_at) from raw.landed_files where read_again_at is not null") == [
        (19, LATER)
    ]
    assert describe(report) == "1 new file (0 already landed, 19 landed again), 20 rows, 0 rejected"
    assert describe_warnings(report) == [
        "Feed crm: its entry in feeds.yml has changed, so 19 files landed again. "
        "Files that are gone, or have been overwritten, keep their rows: crm/20.csv, crm/iso.csv."
    ]
    assert not describe_warnings(landed.land(*read(landed, US_DATES)))


def test_a_file_that_comes_back_lands_under_the_new_entry(landed: LandingHome) -> None:
    content = (landed.landing_dir / "crm/7.csv").read_bytes()
    (landed.landing_dir / "crm/7.csv").unlink()
    landed.land(*read(landed, US_DATES))
    assert landed.ask("select count(*) from raw.lead_events") == [(20,)]
    landed.put("other/7.csv", content)
    landed.land(*read(landed, US_DATES.replace("crm/*", "'*/*").replace("csv", "csv'")))
    assert landed.ask("select count(*) from raw.lead_events") == [(21,)]
    assert landed.ask("select path from raw.landed_files where path like '%7.csv' order by 1") == [
        ("crm/17.csv",),
        ("other/7.csv",),
    ]


@pytest.mark.parametrize(
    "text",
    [
        ENTRY.replace("    columns:", "    # The export of the CRM.\n    columns:"),
        ENTRY.replace("event_id: Id, lead_id: Contact", "lead_id: 'Contact', event_id: Id"),
        ENTRY + "    corrections: latest\n",
        ENTRY.replace("crm/*.csv", "crm/*"),
    ],
    ids=["comment", "order", "corrections", "files"],
)
def test_what_plays_no_part_in_the_rows_lands_nothing_again(landed: LandingHome, text: str) -> None:
    before = [landed.ask(f"from raw.{table} order by all") for table in ("lead_events", "rejected_rows")]
    report = landed.land(*read(landed, text), landed_at=LATER)
    assert (report.landed_again, report.already_landed) == ([], 21)
    assert before == [landed.ask(f"from raw.{table} order by all") for table in ("lead_events", "rejected_rows")]


def test_one_refused_file_keeps_all_files_of_the_feed_as_they_were(landed: LandingHome) -> None:
    before = landed.ask("from raw.lead_events"), landed.ask("from raw.landed_files order by file_number")
    landed.put("crm/new.csv", "Id,Contact,Kind,Day\nx,l,demo,2026-01-01\n")
    feeds = read(landed, US_DATES.replace("When", "Day"))
    report = landed.land(*feeds)
    assert [file.path for file in report.landed] == ["crm/new.csv"]
    assert len(report.refused) == 21
    assert "none lands again" in report.refused[0].reason
    landed.ask("delete from raw.landed_files where path = 'crm/new.csv'")
    assert before == (landed.ask("from raw.lead_events where event_id = 'iso'"), landed.ask("from raw.landed_files"))
    assert "crm/1.csv" not in report.present
    landed.land(*read(landed, US_DATES))
    assert landed.ask("select count(*) from raw.lead_events") == [(21,)]


def test_an_event_feed_becomes_a_record_feed_in_place_or_under_another_name(landed: LandingHome) -> None:
    for text in (RECORDS + '    dates: ["%m/%d/%Y"]\n', RECORDS.replace("name: crm", "name: records")):
        landed.land(*read(landed, text))
        name = load_feeds(landed.landing_dir.parent / "feeds.yml")[0].name
        assert landed.ask("select distinct feed, kind from raw.landed_files") == [(name, "lead_records")]
        assert landed.ask("select feed, kind, is_configured from raw.feeds") == [(name, "lead_records", True)]
        assert landed.ask("select count(*) from raw.record_statements") == [(21,)]
    assert landed.ask("select event_id from raw.lead_events") == [("records:iso:demo:2026-01-31",)]


def test_a_kind_cannot_change_once_files_are_gone_until_these_are_forgotten(landed: LandingHome) -> None:
    (landed.landing_dir / "crm/3.csv").unlink()
    with pytest.raises(InputError, match=r"landed as lead_events, but is lead_records .* crm/3.csv\. Give .* --forget"):
        landed.land(*read(landed, RECORDS))
    forget(landed.connection, landed.raw_dir, "crm/3.csv", LATER)
    landed.land(*read(landed, RECORDS))
    assert landed.ask("select count(*) from raw.record_statements") == [(20,)]


def test_a_feed_takes_over_the_files_that_another_no_longer_matches(home: LandingHome) -> None:
    put_days(home, 1, 2)
    home.land(*read(home, US_DATES))
    other = US_DATES.replace("feeds:", "").replace("name: crm", "name: second").replace("crm/*.csv", "crm/2.csv")
    home.land(*read(home, US_DATES.replace("crm/*.csv", "crm/1.csv") + other))
    assert home.ask("select path, feed from raw.landed_files order by 1") == [
        ("crm/1.csv", "crm"),
        ("crm/2.csv", "second"),
    ]


def test_files_of_a_release_that_kept_no_entry_stay_as_they_are(landed: LandingHome) -> None:
    for table in ("landed_files", "feeds"):
        landed.ask(f"update raw.{table} set mapping = null")
    assert not landed.land(*read(landed, US_DATES)).landed_again
    assert len(landed.land(*read(landed, US_DATES + "    nulls: [x]\n")).landed_again) == 21


def test_a_forgotten_file_is_as_if_it_had_never_landed_until_its_content_changes(landed: LandingHome) -> None:
    report = landed.land(*read(landed, US_DATES))
    assert len(report.landed_again) == 21
    forget(landed.connection, landed.raw_dir, "crm/7.csv", LATER)
    assert landed.ask("select count(*), count(*) filter (event_id = 'e7') from raw.lead_events") == [(20, 0)]
    assert landed.ask("select rows_read, forgotten_at from raw.landed_files where path = 'crm/7.csv'") == [(0, LATER)]
    for text in (US_DATES, US_DATES + "    nulls: [x]\n"):
        landed.land(*read(landed, text))
        assert landed.ask("select count(*) from raw.lead_events") == [(20,)]
    put_days(landed, 7, month=2)
    landed.land(*read(landed, US_DATES))
    assert landed.ask("select count(*) filter (event_id = 'e7') from raw.lead_events") == [(1,)]


def test_the_parquet_files_on_disk_hold_no_row_that_was_taken_out(landed: LandingHome) -> None:
    landed.land(*read(landed, US_DATES))
    forget(landed.connection, landed.raw_dir, "crm/7.csv", LATER)
    pattern = f"{landed.raw_dir}/lead_events/*.parquet"
    assert landed.ask(f"select event_id from '{pattern}' order by 1") == landed.ask(
        "select event_id from raw.lead_events order by 1"
    )


def test_what_cannot_be_forgotten_is_explained(landed: LandingHome) -> None:
    for name, reason in {
        "crm/77.csv": r"'crm/77.csv' has not landed \(did you mean crm/7.csv\?\)\. Give the path",
        "x": "'x' has not landed. Give",
    }.items():
        with pytest.raises(InputError, match=reason):
            forget(landed.connection, landed.raw_dir, name, LATER)
    forget(landed.connection, landed.raw_dir, "crm/7.csv", LATER)
    with pytest.raises(InputError, match=r"'crm/7\.csv' was already forgotten, on 2026-02-01"):
        forget(landed.connection, landed.raw_dir, "crm/7.csv", LATER)


def test_of_several_contents_of_a_path_one_is_forgotten_by_its_id(home: LandingHome) -> None:
    feeds = read(home, ENTRY)
    for month in (1, 2):
        home.put("crm/daily.csv", f"{HEADER}e{month},l,demo,2026-{month:02}-01\n")
        home.land(*feeds, landed_at=LANDED_AT.replace(month=month))
    with pytest.raises(InputError, match=r"2 files with different contents have landed as 'crm/daily\.csv'") as error:
        forget(home.connection, home.raw_dir, "crm/daily.csv", LATER)
    ids = [line.split(",")[0].strip() for line in str(error.value).splitlines()[1:]]
    assert "landed 2026-02-01 06:00 UTC for feed crm: 1 row, 0 rejected" in str(error.value)
    forget(home.connection, home.raw_dir, ids[1], LATER)
    assert home.ask("select event_id from raw.lead_events") == [("e1",)]


DEALS = """
  - name: deals
    kind: deal_records
    files: crm/*.csv
    record_id: Id
    columns: {deal_id: Id, lead_id: Contact}
    events: [{stage: {constant: won}, occurred_at: When}]
"""


def test_a_file_lands_for_a_feed_of_leads_and_one_of_deals(home: LandingHome) -> None:
    put_days(home, 1)
    feeds = read(home, US_DATES + DEALS + '    dates: ["%m/%d/%Y"]\n')
    report = home.land(*feeds)
    assert [(file.feed, file.rows_landed) for file in report.landed] == [("crm", 1), ("deals", 1)]
    assert home.ask("select deal_id, lead_id from raw.deal_events") == [("e1", "l")]
    assert home.land(*feeds).already_landed == 2
    changed = home.land(*read(home, US_DATES + DEALS + '    dates: ["%d/%m/%Y"]\n'))
    assert [file.feed for file in changed.landed_again] == ["deals"]
    assert len(forget(home.connection, home.raw_dir, "crm/1.csv", LATER)) == 2
    assert home.ask("select (select count(*) from raw.lead_events) + (select count(*) from raw.deal_events)") == [(0,)]


def test_a_feed_with_another_name_takes_along_its_rows_those_of_files_that_are_gone_too(home: LandingHome) -> None:
    dates = '    dates: ["%m/%d/%Y"]\n'
    put_days(home, 1, 2, 3)
    home.put("crm/bad.csv", f"{HEADER}bad,l,demo,soon\n")
    home.land(*read(home, RECORDS + dates))
    (home.landing_dir / "crm/1.csv").unlink()
    report = home.land(*read(home, RECORDS.replace("name: crm", "name: contacts") + dates))
    assert describe_warnings(report) == ["Feed crm is called contacts now: its rows have the new name."]
    assert home.ask("select event_id, feed from raw.lead_events order by 1") == [
        (f"contacts:e{day}:demo:2026-01-0{day}", "contacts") for day in (1, 2, 3)
    ]
    for table in ("record_statements", "rejected_rows", "landed_files", "feeds"):
        assert home.ask(f"select distinct feed from raw.{table}") == [("contacts",)]
    assert not describe_warnings(home.land(*read(home, RECORDS.replace("name: crm", "name: contacts") + dates)))


def test_rows_of_a_feed_without_an_entry_count_and_the_run_that_notices_it_says_so(landed: LandingHome) -> None:
    landed.put("other/x.csv", f"{HEADER}x,l,demo,2026-01-01\n")
    other = ENTRY.replace("name: crm", "name: other").replace("crm/*.csv", "other/*.csv")
    landed.land(*read(landed, ENTRY), *read(landed, other))
    (line,) = describe_warnings(landed.land(*read(landed, other)))
    assert line.startswith("Feed crm is no longer in feeds.yml, but its rows still count: crm/1.csv, crm/10.csv")
    assert line.endswith("and 16 more. To take a file back, run `lead-sla land --forget PATH`.")
    assert not describe_warnings(landed.land(*read(landed, other)))


@pytest.mark.parametrize(("text", "numbers"), [(RECORDS, [1, 2, 3]), (ENTRY, [1, 2])], ids=["records", "events"])
def test_a_content_that_is_back_at_its_path_lands_again_where_the_last_one_counts(
    home: LandingHome, text: str, numbers: list[int]
) -> None:
    feeds = read(home, text)
    first, second = (f"{HEADER}1,{contact},demo,2026-01-01\n" for contact in "ab")
    for content in (first, second, first, first):
        home.put("crm/daily.csv", content)
        home.land(*feeds)
    assert [number for (number,) in home.ask("select file_number from raw.landed_files order by 1")] == numbers
    assert home.ask("select arg_max(lead_id, file_number) from raw.lead_events") == [
        ("a" if len(numbers) == 3 else "b",)
    ]
    changed = read(home, text + "    nulls: [x]\n")
    report = home.land(*changed)
    assert len(report.landed_again) == len(numbers) - 1
    assert not home.land(*changed).landed_again
    assert forget(home.connection, home.raw_dir, home.ask("select file_id from raw.landed_files")[0][0][:12], LATER)
    home.put("crm/daily.csv", first)
    assert len(home.land(*changed).forgotten) == 1
