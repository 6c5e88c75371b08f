"""Files that a pull writes: their first line is no record, and one without records is not odd."""

from pathlib import Path

import pytest

from lead_sla.inputs.feeds import Feed, load_feeds
from lead_sla.landing.checking import check_files
from lead_sla.landing.summary import describe, describe_feeds_without_files, describe_warnings
from tests.support.landing_home import LandingHome

FIRST = '{"slice": {"source": "hubspot", "object": "contacts", "kind": "changes", "is_complete": true}}\n'
CREATED = '"lifecycle": [], "events": [{"code": "created:DIRECT", "at": "2026-01-20T15:00:00.5Z"}]'
SAID = '"version": "2026-01-20T16:00:00.123Z", "archived": false, "segment": "emea", "source": "DIRECT"'


def contact(number: int) -> str:
    return f'{{"id": "{number}", {SAID}, {CREATED}}}\n'


@pytest.fixture
def feeds(tmp_path: Path) -> tuple[Feed, ...]:
    path = tmp_path / "feeds.yml"
    path.write_text("feeds: [{name: hs, source: hubspot}]\n", encoding="utf-8")
    return load_feeds(path)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (FIRST + contact(1) + contact(2), [2, 3]),
        (FIRST + contact(1) + "\n" + contact(2), [2, 4]),  # read line by line, because of the blank line
        (FIRST.replace("\n", "\r\n") + contact(1), [2]),  # so is this one, because of its line breaks
    ],
    ids=["fast", "blank line", "mixed breaks"],
)
def test_the_first_line_is_no_record_and_counted_in_the_numbers_of_the_others(
    home: LandingHome, feeds: tuple[Feed, ...], text: str, lines: list[int]
) -> None:
    home.put("hubspot/contacts/1.jsonl", text)
    report = home.land(*feeds)
    assert report.refused == []
    assert [line for (line,) in home.ask("select statement_row from raw.lead_events order by 1")] == lines
    assert home.ask("select rows_read, rows_landed, rows_rejected from raw.landed_files") == [
        (len(lines), len(lines), 0)
    ]
    assert describe_warnings(report) == []


def test_a_rejected_line_has_its_own_number_and_text(home: LandingHome, feeds: tuple[Feed, ...]) -> None:
    home.put("hubspot/contacts/1.jsonl", f"{FIRST}{contact(1)}{{broken\n")
    home.land(*feeds)
    assert home.rejects() == [(3, None, "is not valid JSON", "{broken")]


def test_a_slice_without_records_lands_in_silence(home: LandingHome, feeds: tuple[Feed, ...], tmp_path: Path) -> None:
    home.put("hubspot/contacts/1.jsonl", FIRST)
    home.put("hubspot/contacts/2.jsonl", FIRST.rstrip("\n").replace("changes", "archived"))
    report = home.land(*feeds)
    assert (report.refused, describe_warnings(report), describe_feeds_without_files(report)) == ([], [], [])
    assert describe(report) == "2 new files (0 already landed), 0 rows, 0 rejected"
    checked = check_files(feeds, tmp_path / "feeds.yml", home.landing_dir)
    assert (checked.files, checked.problems, checked.warnings) == (2, [], [])


def test_the_presets_read_what_a_pull_writes(home: LandingHome, feeds: tuple[Feed, ...]) -> None:
    home.put("hubspot/contacts/1.jsonl", FIRST + contact(1))
    state = '{"stage": "default/won", "amount": "12000.5", "currency": "EUR", "at": "2026-02-01T10:00:00Z"}'
    deal = (
        f'{{"id": "9", "version": "2026-02-01T10:00:00Z", "archived": true, "contact_id": "1", "history": [{state}]}}'
    )
    home.put("hubspot/deals/1.jsonl", f"{FIRST}{deal}\n")
    pairs = [("contact", "7", "1"), ("deal", "7", "1")]
    merges = [
        f'{{"object": "{kind}", "from_id": "{lost}", "into_id": "{kept}", "merged_date": "2026-02-03"}}\n'
        for kind, lost, kept in pairs
    ]
    home.put("hubspot/merges/1.jsonl", FIRST + "".join(merges))
    assert home.land(*feeds).refused == []
    assert home.ask(
        "select lead_id, event_type, segment, channel, cast(occurred_at as varchar) from raw.lead_events"
    ) == [("1", "created:DIRECT", "emea", "DIRECT", "2026-01-20 15:00:00.5")]
    assert home.ask("select deal_id, lead_id, stage, cast(amount as varchar), currency from raw.deal_events") == [
        ("9", "1", "default/won", "12000.50", "EUR")
    ]
    assert home.ask("select feed, record_id, is_withdrawn, version from raw.record_statements order by 1") == [
        ("hs_contacts", "1", False, 1_768_924_800_123_000),
        ("hs_deals", "9", True, 1_769_940_000_000_000),
    ]
    found = home.ask("select event_id, record_type, from_id, into_id from raw.record_merges order by row_number")
    assert found == [
        ("contact:7:1:2026-02-03", "lead", "7", "1"),
        ("deal:7:1:2026-02-03", "deal", "7", "1"),
    ]
