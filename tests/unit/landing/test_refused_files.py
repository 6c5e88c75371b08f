"""Files that are refused as a whole, each with its reason, while the others land."""

import gzip
import os
from pathlib import Path

import pytest

from lead_sla.inputs.feeds import Feed, Source
from tests.support.landing_home import LEAD_HEADER, LandingHome

ROW = "1,l,demo,2024-01-01,,,\n"


def refusal(home: LandingHome, path: str, content: str | bytes) -> str:
    home.put(path, content)
    home.put("lead_events/good.csv", LEAD_HEADER + ROW)
    report = home.land()
    assert [file.path for file in report.landed] == ["lead_events/good.csv"], "the others land"
    assert home.ask(f"select count(*) from raw.rejected_rows where path = '{path}'") == [(0,)]
    (refused,) = report.refused
    assert (refused.feed, refused.path) == ("lead_events", path)
    return refused.reason


GOOD = (LEAD_HEADER + ROW).encode()
LATIN = LEAD_HEADER.encode() + b"1,l,demo,2024-01-01,K\xf6ln,,\n"
TWICE = b"event_id,lead_id,lead_id,segment,segment\n"
REFUSED = [
    ("a.csv", b"\n\n  \n", "it has no header. Put the column names into the first line, or declare their line"),
    ("a.csv", LATIN, "it is not UTF-8: line 2, byte 91 of the file is 0xF6. Declare its `encoding` for the"),
    ("a.jsonl", "{}\n{}\né".encode()[:-1], "it is not UTF-8: line 3, byte 7 of the file is 0xC3"),
    ("a.csv", GOOD.decode().encode("utf-16-le"), "its header contains null bytes. Save it as UTF-8; it may be UTF-16"),
    ("a.csv.gz", GOOD, "it cannot be unpacked (Not a gzipped file"),
    ("a.csv.gz", gzip.compress(GOOD * 99, mtime=0)[:-9], "it cannot be unpacked (Compressed file ended"),
    (
        "a.csv",
        b"event_id,lead_id\n1,l\n",
        "it has no column event_type, occurred_at; its columns are event_id, lead_id.",
    ),
    ("a.csv", GOOD.replace(b",", b";"), "its columns are separated by ';'. Declare `delimiter: \";\"` for the feed"),
    ("a.csv", GOOD.replace(b",", b"\t"), r"its columns are separated by '\t'. Declare `delimiter: tab` for the feed"),
    (
        "a.csv",
        TWICE,
        "it names lead_id, segment more than once. Rename the columns, or map lead_id [1] or lead_id [2] in feeds.yml",
    ),
    ("a.csv", b'event_id,"lead_id\n' + ROW.encode(), "its header cannot be read: quotes must be closed"),
    ("a.csv", GOOD.replace(b"\n", b"\r"), "its header cannot be read: quotes must be closed, and lines must end with"),
]


@pytest.mark.parametrize(("name", "content", "reason"), REFUSED, ids=[f"{name} {why}" for name, _, why in REFUSED])
def test_a_file_that_cannot_land_is_refused_with_its_reason_and_the_others_land(
    home: LandingHome, name: str, content: bytes, reason: str
) -> None:
    assert refusal(home, f"lead_events/{name}", content).startswith(reason)


def test_a_bad_byte_far_into_a_file_is_named_with_its_line(home: LandingHome) -> None:
    good = "é" * 99 + "\n"
    content = LEAD_HEADER.encode() + good.encode() * 50_000 + b"\xff\n"
    position = len(content) - 1
    reason = refusal(home, "lead_events/a.csv", content)
    assert reason.startswith(f"it is not UTF-8: line 50002, byte {position} of the file is 0xFF")


def test_a_refused_file_is_tried_again_and_lands_once_it_is_mended(home: LandingHome) -> None:
    home.put("lead_events/a.csv", "event_id\n1\n")
    assert len(home.land().refused) == 1
    assert len(home.land().refused) == 1
    home.put("lead_events/a.csv", LEAD_HEADER + ROW)
    report = home.land()
    assert (len(report.landed), report.refused) == (1, [])


def test_a_link_to_nowhere_is_refused(home: LandingHome) -> None:
    (home.landing_dir / "lead_events").mkdir()
    (home.landing_dir / "lead_events/a.csv").symlink_to("/nowhere/a.csv")
    (refused,) = home.land().refused
    assert refused.reason.startswith("it is not a regular file, or is a broken link")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(home: LandingHome) -> None:
    home.put("lead_events/a.csv", LEAD_HEADER + ROW).chmod(0)
    (refused,) = home.land().refused
    assert refused.reason == "it cannot be read (Permission denied). Check that the file is there, and its permissions."


def test_a_name_that_is_not_utf8_is_refused_and_can_be_printed(home: LandingHome) -> None:
    home.put(os.fsdecode(b"lead_events/K\xf6ln.csv"), LEAD_HEADER + ROW)
    (refused,) = home.land().refused
    assert (refused.path.encode().decode(), refused.reason) == (
        "lead_events/K\ufffdln.csv",
        "its name is not UTF-8. Rename it.",
    )


def test_a_mapped_column_that_the_file_lacks_is_refused_even_if_it_is_optional(home: LandingHome) -> None:
    home.put("crm/a.csv", "id,day\n1,2024-01-01\n")
    columns = {"event_id": Source("id"), "lead_id": Source("id"), "event_type": Source(constant="demo")}
    columns |= {"occurred_at": Source("day"), "segment": Source("region")}
    (refused,) = home.land(Feed("crm", "lead_events", "crm/*", columns=columns)).refused
    assert refused.reason.startswith("it has no column region; its columns are id, day.")


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_file_that_changes_while_it_is_read_leaves_nothing_behind(home: LandingHome, name: str) -> None:
    # A long file speaks while it is landed, which is where this test writes to it.
    content = LEAD_HEADER + ROW + f"2,l,demo,2024-01-01,{'x' * 1_000_000},,\n" * 51
    path = home.put(f"lead_events/{name}", content)
    home.put("lead_events/z.csv", LEAD_HEADER + ROW)
    home.logged = Meddler(path)  # type: ignore[assignment]
    report = home.land()
    assert [file.path for file in report.landed] == ["lead_events/z.csv"]
    assert report.refused[0].reason.startswith("it changed while it was read. Nothing of it has landed")
    assert home.ask("select path from raw.landed_files") == [("lead_events/z.csv",)]
    assert home.ask("select (select count(*) from raw.lead_events), (select count(*) from raw.rejected_rows)") == [
        (1, 0)
    ]


class Meddler(list[str]):
    """Adds to a file whenever landing logs something."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def append(self, message: str) -> None:
        """Hear the message, and write."""
        with self._path.open("a") as file:
            file.write(ROW)
        super().append(message)
