"""Whole files: which ones land, once and in what order, which ones are refused, and what `raw` contains of them."""

import gzip
import hashlib
from datetime import datetime
from pathlib import Path

import pytest

from lead_sla.errors import InputError, LeadSlaError
from lead_sla.inputs.feeds import Feed
from lead_sla.landing.raw_files import UNFINISHED, prepare_raw
from lead_sla.landing.report import LandedFile
from lead_sla.landing.summary import describe_warnings, require_rows
from tests.support.landing_home import DEAL_HEADER, DEALS, LANDED_AT, LEAD_HEADER, LEADS, LandingHome

ROW = "1,l,demo,2024-01-01,,,\n"
OTHER = Feed("other", "lead_events", "**/*.csv")


def landed_paths(home: LandingHome) -> list[str]:
    return [path for (path,) in home.ask("select path from raw.landed_files order by file_number")]


def test_a_file_leaves_its_account(home: LandingHome) -> None:
    content = LEAD_HEADER + ROW + "2,,demo,2024-01-01,,,\n"
    home.put("lead_events/a.csv", content)
    reasons = ("1 row, such as line 3: lead_id is required, but missing",)
    assert home.land().landed == [LandedFile("lead_events", "lead_events/a.csv", 2, 1, 1, 0, reasons)]
    file_id = hashlib.sha256(content.encode()).hexdigest()
    account = (file_id, 1, "lead_events", "lead_events", "lead_events/a.csv", len(content), 2, 1, 1, 0, LANDED_AT)
    assert home.ask("from raw.landed_files") == [(*account, "lead_events/00000001.parquet", "", None, None)]
    row = (file_id, 1, 2, "lead_events", LANDED_AT, "1", "l", "demo", None, datetime(2024, 1, 1).date())
    assert home.ask(
        "select * exclude (record_id, statement_row, is_observed, keeps_every_version) from raw.lead_events"
    ) == [(*row, None, None, None, None)]
    reason = "is required, but missing"
    rejected = (
        file_id,
        1,
        "lead_events",
        "lead_events/a.csv",
        3,
        "lead_id",
        reason,
        "2,,demo,2024-01-01,,,",
        LANDED_AT,
    )
    assert home.ask("from raw.rejected_rows") == [rejected]


def test_the_same_bytes_land_once_whatever_their_name_and_glob(home: LandingHome) -> None:
    home.put("lead_events/b.csv", LEAD_HEADER + ROW)
    home.put("lead_events/c.csv", LEAD_HEADER + ROW)
    home.put("z.csv", LEAD_HEADER)
    report = home.land(LEADS, OTHER)
    assert ([file.path for file in report.landed], report.already_landed) == (["lead_events/b.csv", "z.csv"], 3)
    home.put("lead_events/a.csv", LEAD_HEADER + ROW)
    (home.landing_dir / "lead_events/b.csv").unlink()
    report = home.land(OTHER, LEADS)
    assert (report.landed, report.already_landed) == ([], 5)
    assert home.ask("select count(*), min(feed) from raw.lead_events") == [(1, "lead_events")]


def test_files_are_numbered_by_feed_then_path_in_bytes_and_on_from_the_last_landing(home: LandingHome) -> None:
    for number, path in enumerate(["é.csv", "b.csv", "B.csv", "a/z.csv", "a.csv", "lead_events/x.csv"]):
        home.put(path, f"{LEAD_HEADER}{number},l,demo,2024-01-01,,,\n")
    home.land(LEADS, OTHER)
    assert landed_paths(home) == ["lead_events/x.csv", "B.csv", "a.csv", "a/z.csv", "b.csv", "é.csv"]
    home.put("A.csv", f"{LEAD_HEADER}9,l,demo,2024-01-01,,,\n")
    home.land(LEADS, OTHER)
    assert landed_paths(home)[-1] == "A.csv"
    assert home.ask("select arg_max(event_id, file_number) from raw.lead_events") == [("9",)]


def test_names_that_look_like_patterns_are_read_as_they_are(home: LandingHome) -> None:
    for number, name in enumerate(["r[1].csv", "r1.csv", "q?.csv", "s*.jsonl", "it's.csv", "year=2024.csv"]):
        event = f'{{"event_id":{number},"lead_id":"l","event_type":"d","occurred_at":"2024-01-01"}}\n'
        text = event if name.endswith("jsonl") else f"{LEAD_HEADER}{number},l,demo,2024-01-01,,,\n"
        home.put(f"lead_events/{name}", text)
    home.copy_to(
        "lead_events/p[1].parquet", "select 6 as event_id, 1 as lead_id, 2 as event_type, today() as occurred_at"
    )
    report = home.land()
    assert not report.refused
    assert all(file.rows_landed == 1 for file in report.landed)
    assert home.ask("select list(event_id order by event_id) from raw.lead_events") == [(list("0123456"),)]


def test_the_folders_may_have_names_that_look_like_patterns(tmp_path: Path) -> None:
    folder = tmp_path / "a [1]*"
    folder.mkdir()
    home = LandingHome(folder)
    home.put("lead_events/a.csv", LEAD_HEADER + ROW + '2,"l\nl",demo,,,,\n')
    home.put("lead_events/b.json", '[{"event_id":1,"lead_id":1,"event_type":"d","occurred_at":"2024-01-01"},5]')
    home.copy_to("lead_events/c.parquet", "select 6 as event_id, 1 as lead_id, 2 as event_type, today() as occurred_at")
    assert [file.rows_landed for file in home.land().landed] == [1, 1, 1]
    home.connection.close()


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.csv", "a.csv.tmp", "a.csv.part", "a.CSV.PART", ".git/a.csv", "a.csv.crdownload", "_SUCCESS",
        "_delta_log/0.json", "_metadata.parquet", "Thumbs.db", "desktop.ini", ".DS_Store", "~$leads.xlsx",
        "leads.csv.bak", ".part-00000.csv.crc", "part-00000.csv.crc",
    ],
)  # fmt: skip
def test_what_programs_leave_beside_data_is_passed_over(home: LandingHome, name: str) -> None:
    home.put(f"lead_events/{name}", LEAD_HEADER + ROW)
    report = home.land(Feed("leads", "lead_events", "lead_events/**/*"))
    assert (report.landed, report.refused, report.unread) == ([], [], {})
    assert [feed.name for feed in report.without_files] == ["leads"]


def test_a_pattern_may_ask_for_names_with_an_underscore(home: LandingHome) -> None:
    home.put("_export/a.csv", LEAD_HEADER + ROW)
    assert len(home.land(Feed("leads", "lead_events", "_export/*")).landed) == 1


@pytest.mark.parametrize("name", ["a.xls", "a.txt", "a.parquet.gz", "README", "a.csv.zip"])
def test_a_file_of_an_unknown_ending_is_named_once_and_stops_nothing(home: LandingHome, name: str) -> None:
    home.put(f"lead_events/{name}", "x")
    home.put("lead_events/good.csv", LEAD_HEADER + ROW)
    home.put("z.csv", LEAD_HEADER + ROW.replace("1", "2", 1))
    report = home.land(LEADS, Feed("other", "lead_events", "**/*"))
    assert ([file.path for file in report.landed], report.refused) == (["lead_events/good.csv", "z.csv"], [])
    (warning,) = describe_warnings(report)
    assert warning.startswith("Not read, since their names do not end in .csv, .csv.gz, ")
    assert warning.endswith(
        f".xlsx: lead_events/{name}. Export them in one of these formats, move them out of the folder, or narrow "
        "`files` in feeds.yml."
    )


def test_a_glob_that_matches_nothing_is_reported_also_without_a_landing_folder(home: LandingHome) -> None:
    home.put("lead_events/a.csv", LEAD_HEADER + ROW)
    assert home.land().without_files == [DEALS]
    home.landing_dir = home.landing_dir / "nowhere"
    assert home.land().without_files == [LEADS, DEALS]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.csv", b"\xef\xbb\xbf"),
        ("a.csv.gz", b""),
        ("a.csv.gz", gzip.compress(b"", mtime=0)),
        ("a.csv", LEAD_HEADER.encode()),
        ("a.jsonl", b""),
        ("a.jsonl", b"\n\n"),
        ("a.json", b""),
        ("a.json", b"[]"),
        ("a.parquet", b""),
    ],
)
def test_an_empty_file_lands_without_rows_and_with_a_warning(home: LandingHome, name: str, content: bytes) -> None:
    home.put(f"lead_events/{name}", content)
    home.put("lead_events/good.csv", LEAD_HEADER + ROW)
    report = home.land()
    assert (report.refused, [file.rows_read for file in report.landed]) == ([], [0, 1])
    assert describe_warnings(report) == [f"lead_events/{name} (feed lead_events) is empty: it landed without rows."]
    assert home.ask("select count(*) from raw.lead_events") == [(1,)]
    assert home.land().already_landed == 2


def test_the_commonest_reasons_of_rejected_rows_are_given_with_an_example_each(home: LandingHome) -> None:
    rows = "".join(f"{number},l,demo,{number}/2024,,,\n" for number in range(4)) + ",l,demo,2024-01-01,,,\n" * 3
    home.put("lead_events/a.csv", LEAD_HEADER + rows + "x,'y' is\n" * 2 + "9,,demo,2024-01-01,,,\n" + ROW)
    (line,) = describe_warnings(home.land())
    assert line.split("\n  ") == [
        "lead_events/a.csv (feed lead_events): 10 of 11 rows rejected:",
        "4 rows, such as line 2: occurred_at '0/2024' is not an ISO 8601 date, or date and time",
        "3 rows, such as line 6: event_id is required, but missing",
        "2 rows, such as line 9: has 2 columns where the header has 7: x,'y' is",
    ]


def test_a_file_of_which_every_row_is_rejected_is_an_error_of_the_landing(home: LandingHome) -> None:
    home.put("lead_events/empty.csv", "")
    home.put("lead_events/partly.csv", LEAD_HEADER + ROW + "x\n")
    require_rows(home.land())
    home.copy_to("lead_events/z.parquet", "select 'e' as event_id, 'l' as lead_id, 'd' as event_type, 5 as occurred_at")
    report = home.land()
    assert "such as record 1: occurred_at '5' is not" in describe_warnings(report)[0]
    with pytest.raises(LeadSlaError, match=r"Every row of lead_events/z.parquet was rejected"):
        require_rows(report)


def test_raw_feeds_lists_what_is_configured_and_then_what_has_landed_before(home: LandingHome) -> None:
    home.put("deal_events/a.csv", f"{DEAL_HEADER}1,d,,won,,,2024-01-01\n")
    home.put("lead_events/a.csv", LEAD_HEADER + ROW)
    home.put("z.csv", LEAD_HEADER + "9,l,demo,2024-01-01,,,\n")
    home.land(DEALS, LEADS, OTHER)
    home.land(OTHER)
    assert home.ask("from raw.feeds order by feed_order") == [
        ("other", "lead_events", 1, True, False, False, ""),
        ("deal_events", "deal_events", 2, False, False, False, None),
        ("lead_events", "lead_events", 3, False, False, False, None),
    ]


def test_creating_the_schema_twice_keeps_what_is_there(home: LandingHome) -> None:
    home.put("lead_events/a.csv", LEAD_HEADER + ROW)
    home.land()
    prepare_raw(home.connection, home.raw_dir)
    assert home.ask("select count(*) from raw.lead_events") == [(1,)]


def test_nothing_temporary_is_left_behind(home: LandingHome) -> None:
    home.put("lead_events/a.csv", LEAD_HEADER + ROW + '2,"')
    home.land()
    assert home.ask("select count(*) from duckdb_tables() where temporary") == [(0,)]
    (spill,) = home.ask("select current_setting('temp_directory')")[0]
    assert list(Path(spill).iterdir()) == []
    assert list((home.raw_dir / UNFINISHED).iterdir()) == []


def test_a_feed_whose_files_another_takes_is_an_error_of_the_configuration(home: LandingHome) -> None:
    home.put("lead_events/a.csv", LEAD_HEADER + ROW)
    message = (
        "Feed same gets none of the 1 file that its `files` match: a file lands for one feed of leads and one of "
        "deals, and lead_events takes"
    )
    for _ in range(2):
        with pytest.raises(InputError, match=message):
            home.land(LEADS, Feed("same", "lead_events", "lead_events/*.csv"))
        home.land()
    home.put("lead_events/b.csv", LEAD_HEADER + ROW.replace("1", "2", 1))
    home.land(Feed("same", "lead_events", "lead_events/b.csv"), LEADS)
    home.land(LEADS, Feed("same", "lead_events", "lead_events/b.csv"))
