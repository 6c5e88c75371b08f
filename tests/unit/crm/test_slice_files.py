"""The files of a pull: names, first lines, and what is read back."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lead_sla.crm.errors import PullError
from lead_sla.crm.merges import Merges
from lead_sla.crm.slices import SliceFolder
from lead_sla.crm.statements import Statements

BEGUN_AT = datetime(2026, 11, 28, 9, 55, tzinfo=UTC)


def folder(path: Path, begun_at: datetime = BEGUN_AT) -> SliceFolder:
    return SliceFolder(path / "contacts", "hubspot", begun_at)


def line(record_id: str, version: str, **more: Any) -> dict[str, Any]:
    return {"id": record_id, "version": version, "archived": False, **more}


def names(path: Path) -> list[str]:
    return sorted(file.name for file in (path / "contacts").iterdir())


def test_a_slice_says_in_its_first_line_what_it_covers(tmp_path: Path) -> None:
    folder(tmp_path).write("changes", {"from": "2026-11-27T00:00:00.000Z", "until": "2026-11-28T00:00:00.000Z"}, [])
    (name,) = names(tmp_path)
    assert name == "20261128T095500Z_0001_changes_20261127T000000000Z-20261128T000000000Z.jsonl"
    assert json.loads((tmp_path / "contacts" / name).read_text()) == {
        "slice": {
            "source": "hubspot",
            "object": "contacts",
            "kind": "changes",
            "from": "2026-11-27T00:00:00.000Z",
            "until": "2026-11-28T00:00:00.000Z",
            "begun_at": "2026-11-28T09:55:00.000Z",
            "is_complete": True,
        }
    }


def test_names_sort_in_the_order_of_writing_whatever_the_clock_does(tmp_path: Path) -> None:
    first = folder(tmp_path)
    first.write("list", {"after": None}, [])
    first.write("list", {"after": "101"}, [])
    folder(tmp_path).write("sweep", {}, [])
    folder(tmp_path, datetime(2026, 11, 27, tzinfo=UTC)).write("archived", {}, [])
    assert [name.split("_", 1)[1] for name in names(tmp_path)] == [
        "0001_list_all.jsonl",
        "0002_list_101.jsonl",
        "0003_sweep_all.jsonl",
        "0004_archived_all.jsonl",
    ]


def test_what_a_killed_pull_left_unfinished_is_removed(tmp_path: Path) -> None:
    folder(tmp_path).write("list", {}, [line("1", "a")])
    (tmp_path / "contacts" / "x.jsonl.part").write_text("{")
    assert [dict(one) for one in folder(tmp_path).lines()] == [line("1", "a")]
    assert len(names(tmp_path)) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1: is not valid JSON"),
        ('{"id": "1"}\n', "line 1: is not the first line of a slice"),
        ('{"slice": {"kind": "list", "begun_at": "2026-11-28", "is_complete": true}}\n{"id', "line 2: is not valid"),
    ],
    ids=["empty", "no-slice", "cut-off"],
)
def test_a_file_that_no_pull_has_written_is_named(tmp_path: Path, text: str, words: str) -> None:
    slices = folder(tmp_path)
    (tmp_path / "contacts" / "foreign.jsonl").write_text(text)
    with pytest.raises(PullError, match=rf"foreign\.jsonl, {words}"):
        list(slices.lines())


def test_a_statement_that_says_nothing_new_is_not_written_again(tmp_path: Path) -> None:
    Statements(folder(tmp_path)).write("list", {}, [line("1", "2026-01-01"), line("2", "2026-01-01")])
    statements = Statements(folder(tmp_path))
    statements.write("changes", {}, [line("1", "2026-01-01"), line("2", "2026-01-01", segment="emea")])
    statements.write("changes", {}, [line("2", "2026-01-01", segment="emea"), line("1", "2025-12-31", segment="old")])
    written = [(one["id"], one.get("segment")) for one in folder(tmp_path).lines()]
    assert written == [("1", None), ("2", None), ("2", "emea")]


def test_the_current_statement_has_the_greatest_version_and_of_equal_ones_is_the_later(tmp_path: Path) -> None:
    lines = [line("1", "b", n=1), line("1", "a", n=2), line("1", "b", n=3), line("2", "a", n=4)]
    folder(tmp_path).write("list", {}, lines)
    statements = Statements(folder(tmp_path))
    assert {key: found["n"] for key, found in statements.read_current(["1", "2", "3"]).items()} == {"1": 3, "2": 4}


def test_a_merge_is_written_once_and_dated_on_the_day_of_the_pull_that_first_saw_it(tmp_path: Path) -> None:
    merges = Merges(folder(tmp_path), "2026-11-27")
    merges.write("contact", [("101", "103"), ("101", "103"), ("102", "103")])
    merges = Merges(folder(tmp_path), "2026-11-28")
    merges.write("contact", [("101", "103")])
    merges.write("deal", [("101", "103")])
    assert [(one["object"], one["from_id"], one["merged_date"]) for one in folder(tmp_path).lines()] == [
        ("contact", "101", "2026-11-27"),
        ("contact", "102", "2026-11-27"),
        ("deal", "101", "2026-11-28"),
    ]
    assert merges.is_merged("contact", "102")
    assert not merges.is_merged("deal", "102")


def test_records_that_were_taken_in_are_found_through_chains(tmp_path: Path) -> None:
    merges = Merges(folder(tmp_path), "2026-11-27")
    merges.write("contact", [("1", "2"), ("2", "3"), ("4", "2"), ("5", "6"), ("3", "1")])
    assert merges.find_merged("contact", ["3"]) == {"1", "2", "3", "4"}
    assert merges.find_merged("contact", ["6", "5"]) == {"5"}
    assert merges.find_merged("deal", ["3"]) == set()
