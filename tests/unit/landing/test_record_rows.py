"""What a row of a record feed becomes in `raw`: a statement, and the events that its entries yield."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from lead_sla.inputs.feeds import Feed, load_feeds
from tests.support.landing_home import LandingHome

FEED = """
feeds:
  - name: contacts
    kind: lead_records
    files: crm/*
    record_id: Id
    version: Modified
    withdrawn: {column: Archived, values: ["true", "1"]}
    columns: {lead_id: Id, segment: Region}
    where: {column: Pipeline, not_values: [test]}
    values: {event_type: {MQL: demo}}
    events:
      - event_type: {constant: created}
        occurred_at: Created
      - event_type: Type
        occurred_at: Typed
      - each: History
        event_type: {element: value}
        occurred_at: {element: at}
        keep: every_version
      - event_type: Stage
        occurred_at: {observed: true}
        keep: every_version
        when: {column: Stage, not_values: [closed]}
"""
HEADER = "Id,Modified,Archived,Region,Pipeline,Created,Type,Typed,History,Stage,Owner\n"


@pytest.fixture
def feed(tmp_path: Path) -> Feed:
    path = tmp_path / "feeds.yml"
    path.write_text(FEED, encoding="utf-8")
    (feed,) = load_feeds(path)
    return feed


def events(home: LandingHome) -> list[tuple[object, ...]]:
    columns = "statement_row, event_id, event_type, occurred_at, occurred_date, is_observed, keeps_every_version"
    return home.ask(f"select {columns} from raw.lead_events order by file_number, row_number")


def test_a_row_is_a_statement_and_an_event_for_each_entry_that_holds(home: LandingHome, feed: Feed) -> None:
    history = '"[{""value"": ""MQL"", ""at"": ""2026-02-03T10:00:00Z""}, {""value"": ""SQL"", ""at"": """"}]"'
    home.put("crm/a.csv", f"{HEADER}1,7,,emea,,2026-02-01,MQL,2026-02-02,{history},open,Ada\n2,8,1,,,,,,,closed,\n")
    home.land(feed, landed_at=datetime(2026, 2, 9))
    assert events(home) == [
        (2, "contacts:1:created:2026-02-01", "created", None, date(2026, 2, 1), False, False),
        (2, "contacts:1:demo:2026-02-02", "demo", None, date(2026, 2, 2), False, False),
        (2, "contacts:1:demo:2026-02-03 10:00:00", "demo", datetime(2026, 2, 3, 10), None, False, True),
        (2, "contacts:1:open", "open", None, None, True, True),
    ]
    statements = "row_number, record_id, version, is_withdrawn, attributes"
    assert home.ask(f"select {statements} from raw.record_statements order by row_number") == [
        (2, "1", Decimal(7), False, '{"Owner":"Ada"}'),
        (3, "2", Decimal(8), True, None),
    ]
    assert home.ask("select rows_read, rows_landed, rows_rejected from raw.landed_files") == [(4, 4, 0)]


def test_a_statement_stays_though_its_first_event_or_its_only_one_is_rejected(home: LandingHome, feed: Feed) -> None:
    home.put("crm/a.csv", f"{HEADER}1,7,,,,soon,demo,2026-02-02,,,Ada\n2,8,,,,soon,,,,,\n3,9,,,,,,,,,\n")
    home.land(feed)
    assert [row[1] for row in events(home)] == ["contacts:1:demo:2026-02-02"]
    assert home.ask("select row_number, record_id, attributes from raw.record_statements order by 1") == [
        (2, "1", '{"Owner":"Ada"}'),
        (3, "2", None),
        (4, "3", None),
    ]
    assert home.ask("select rows_read, rows_landed, rows_rejected from raw.landed_files") == [(3, 1, 2)]
    assert home.ask("select count(*) from raw.lead_events where attributes is not null") == [(0,)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [("", [True, False, False, False]), ("values: {event_type: {MQL: demo}}", [True, True, False, False])],
    ids=["as written", "other words"],
)
def test_a_statement_says_whether_two_of_its_events_may_be_the_same(
    home: LandingHome, tmp_path: Path, values: str, expected: list[bool]
) -> None:
    path = tmp_path / "feeds.yml"
    path.write_text(FEED.replace("values: {event_type: {MQL: demo}}", values), encoding="utf-8")
    types = ("2026-02-01,created,2026-02-02", "2026-02-01,MQL,2026-02-02", "2026-02-01,,", ",,")
    home.put("crm/a.csv", HEADER + "".join(f"{line},1,,,,{rest},,,\n" for line, rest in enumerate(types)))
    home.land(*load_feeds(path))
    found = home.ask("select may_repeat_events from raw.record_statements order by row_number")
    assert [value for (value,) in found] == expected


def test_a_value_that_cannot_be_typed_rejects_its_event_alone(home: LandingHome, feed: Feed) -> None:
    home.put("crm/a.csv", f"{HEADER}1,7,,,,2026-02-01,MQL,soon,not a list,,\n")
    home.land(feed)
    assert [row[1] for row in events(home)] == ["contacts:1:created:2026-02-01"]
    assert [(line, column) for line, column, *_ in home.rejects()] == [(2, "Typed"), (2, "History")]
    assert home.ask("select rows_read, rows_landed, rows_rejected from raw.landed_files") == [(3, 1, 2)]


@pytest.mark.parametrize(
    ("row", "column"), [(",7,,,,2026-02-01,,,,,\n", "Id"), ("1,new,,,,2026-02-01,,,,,\n", "Modified")]
)
def test_a_row_without_an_id_or_with_an_unreadable_version_is_rejected_as_a_whole(
    home: LandingHome, feed: Feed, row: str, column: str
) -> None:
    home.put("crm/a.csv", HEADER + row)
    home.land(feed)
    assert events(home) == []
    assert home.ask("select count(*) from raw.record_statements") == [(0,)]
    assert [(line, found) for line, found, *_ in home.rejects()] == [(2, column)]


def test_a_row_that_does_not_count_takes_its_record_out(home: LandingHome, feed: Feed) -> None:
    home.put("crm/a.csv", f"{HEADER}1,7,,,test,2026-02-01,,,,,\n2,7,,,,2026-02-01,,,,,\n,7,,,test,,,,,,\n")
    home.land(feed)
    statements = home.ask("select record_id, is_withdrawn from raw.record_statements order by all")
    assert statements == [("1", True), ("2", False)]
    assert home.ask("select rows_read, rows_landed, rows_filtered from raw.landed_files") == [(3, 1, 2)]


def test_every_format_gives_the_same_events(home: LandingHome, feed: Feed) -> None:
    row = "'1' as Id, '7' as Modified, null as Archived, 'emea' as Region, null as Pipeline, '2026-02-01' as Created, "
    row += '\'MQL\' as Type, date \'2026-02-02\' as Typed, \'[{"value": "MQL", "at": "2026-02-03"}]\' as History, '
    row += "'open' as Stage, 'Ada' as Owner"
    home.copy_to("crm/a.parquet", f"select {row}")
    assert home.land(feed).refused == []
    from_parquet = [row[1:] for row in events(home)]
    history = '[{"value": "MQL", "at": "2026-02-03"}]'
    line = (
        f'{{"Id": "1", "Modified": 7, "Region": "emea", "Created": "2026-02-01", "Type": "MQL", "History": {history}, '
    )
    home.put("crm/b.jsonl", line + '"Typed": "2026-02-02", "Stage": "open", "Pipeline": null, "Archived": null}\n')
    home.land(feed)
    assert [row[1:] for row in events(home)] == from_parquet * 2
    assert len(from_parquet) == 4


def test_a_version_may_be_a_timestamp(home: LandingHome, feed: Feed) -> None:
    home.put("crm/a.csv", f"{HEADER}1,1970-01-01T00:00:01Z,,,,,,,,,\n2,1970-01-02,,,,,,,,,\n3,,,,,,,,,,\n")
    home.land(feed)
    versions = home.ask("select version from raw.record_statements order by row_number")
    assert versions == [(Decimal(1_000_000),), (Decimal(86_400_000_000),), (None,)]


def test_line_breaks_in_quotes_do_not_shift_the_lines(home: LandingHome, feed: Feed) -> None:
    home.put("crm/a.csv", f'{HEADER}1,7,,"a\nb",,2026-02-01,,,,,\n2,7,,,,2026-02-01,,,,,\n')
    home.land(feed)
    assert home.ask("select row_number from raw.record_statements order by all") == [(2,), (4,)]


def test_small_files_of_records_are_merged(home: LandingHome, feed: Feed) -> None:
    for number in range(18):
        home.put(f"crm/{number:02}.csv", f"{HEADER}{number},7,,,,2026-02-01,,,,,\n")
    home.land(feed)
    assert home.ask("select count(distinct stored_in) from raw.landed_files") == [(1,)]
    assert home.ask("select count(*) from raw.record_statements") == [(18,)]
    assert home.ask("select count(*), count(distinct file_number) from raw.lead_events") == [(18, 18)]


def test_rows_without_an_event_are_counted(home: LandingHome, feed: Feed) -> None:
    home.put("crm/a.csv", f"{HEADER}1,7,,,,2026-02-01,,,,,\n2,7,,,,,,,,closed,\n3,7,true,,,,,,,,\n")
    (landed,) = home.land(feed).landed
    reason = "nothing under `events` in feeds.yml applies to them, or its time is empty"
    assert landed.warnings == (f"crm/a.csv (feed contacts): 1 row without an event: {reason}.",)
