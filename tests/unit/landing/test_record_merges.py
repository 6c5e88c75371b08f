"""Feeds of merges: the columns, what is rejected, and options that make ids of two systems the same."""

from datetime import datetime
from pathlib import Path

import pytest

from lead_sla.errors import InputError
from lead_sla.inputs.feed_columns import KINDS
from lead_sla.inputs.feeds import load_feeds
from tests.support.landing_home import LandingHome

COLUMNS = [column.name for column in KINDS["record_merges"]]
MAPPED = """\
feeds:
  - name: merges
    kind: record_merges
    files: merges/*
    dates: ["%d.%m.%Y"]
    columns:
      event_id: Row
      record_type: {column: Object, default: lead}
      from_id: Loser
      into_id: Winner
      occurred_at: Day
      action: What
    values: {record_type: {Contact: lead, Opportunity: deal}}
    normalize: {from_id: lower, into_id: lower}
    first_of: {from_id: ";"}
    where: {column: Test, not_values: ["yes"]}
"""


def feed_of(folder: Path, text: str) -> Path:
    path = folder / "feeds.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_canonical_file_needs_no_action(home: LandingHome, tmp_path: Path) -> None:
    (feed,) = load_feeds(feed_of(tmp_path, "feeds: [{name: m, kind: record_merges, files: merges/*}]"))
    home.put("merges/1.csv", "event_id,record_type,from_id,into_id,occurred_at\n1,lead,a,b,2026-02-05\n")
    home.land(feed)
    assert home.ask(f"select {', '.join(COLUMNS)}, occurred_date from raw.record_merges") == [
        ("1", "lead", "a", "b", None, None, datetime(2026, 2, 5).date())
    ]


def test_the_options_of_a_feed_apply_to_merges(home: LandingHome, tmp_path: Path) -> None:
    (feed,) = load_feeds(feed_of(tmp_path, MAPPED))
    rows = ["1,Contact,A;B,C,05.02.2026,,", "2,Opportunity,X,Y,06.02.2026,unmerge,", "3,,T,U,06.02.2026,,yes"]
    home.put("merges/1.csv", "\n".join(["Row,Object,Loser,Winner,Day,What,Test", *rows]) + "\n")
    (landed,) = home.land(feed).landed
    assert (landed.rows_landed, landed.rows_filtered, home.rejects()) == (2, 1, [])
    assert home.ask("select event_id, record_type, from_id, into_id, action from raw.record_merges order by 1") == [
        ("1", "lead", "a", "c", None),
        ("2", "deal", "x", "y", "unmerge"),
    ]


def test_a_mapping_may_leave_out_the_id(home: LandingHome, tmp_path: Path) -> None:
    (feed,) = load_feeds(feed_of(tmp_path, MAPPED.replace("      event_id: Row\n", "")))
    rows = ["Contact,a,b,05.02.2026,,", "Contact,a,b,05.02.2026,unmerge,", ",a,,05.02.2026,,"]
    home.put("merges/1.csv", "\n".join(["Object,Loser,Winner,Day,What,Test", *rows]) + "\n")
    home.land(feed)
    found = home.ask("select event_id from raw.record_merges order by row_number")
    assert found == [("Contact:a:b:05.02.2026",), ("Contact:a:b:05.02.2026:unmerge",)]
    assert [row[:3] for row in home.rejects()] == [(4, "into_id", "is required, but missing")]


def test_another_type_or_action_rejects_the_row(home: LandingHome, tmp_path: Path) -> None:
    (feed,) = load_feeds(feed_of(tmp_path, "feeds: [{name: m, kind: record_merges, files: merges/*}]"))
    rows = ["1,contact,a,b,2026-02-05,merge", "2,lead,a,b,2026-02-05,Merge", "3,deal,a,,2026-02-05,merge"]
    home.put("merges/1.csv", "\n".join(["event_id,record_type,from_id,into_id,occurred_at,action", *rows]) + "\n")
    home.land(feed)
    assert [row[:3] for row in home.rejects()] == [
        (2, "record_type", "'contact' is not lead or deal"),
        (3, "action", "'Merge' is not merge or unmerge"),
        (4, "into_id", "is required, but missing"),
    ]


@pytest.mark.parametrize("given", ["{constant: contact}", "{column: Object, default: contact}"])
def test_a_constant_of_another_type_is_a_mistake_in_feeds_yml(tmp_path: Path, given: str) -> None:
    path = feed_of(tmp_path, MAPPED.replace("{column: Object, default: lead}", given))
    with pytest.raises(InputError, match=r"column record_type: 'contact' is unknown.*; use lead or deal"):
        load_feeds(path)


def test_merges_survive_the_merging_of_small_files(home: LandingHome, tmp_path: Path) -> None:
    (feed,) = load_feeds(feed_of(tmp_path, "feeds: [{name: m, kind: record_merges, files: merges/*}]"))
    for number in range(20):
        text = f"event_id,record_type,from_id,into_id,occurred_at\n{number},lead,a{number},b,2026-02-05\n"
        home.put(f"merges/{number:02}.csv", text)
    home.land(feed)
    ((files, rows),) = home.ask("select count(distinct stored_in), sum(rows_landed) from raw.landed_files")
    assert (files, rows) == (1, 20)
    assert home.ask("select count(*), count(distinct from_id) from raw.record_merges") == [(20, 20)]
