"""The Parquet files of `raw`: what is committed stays, what is not disappears, and merging changes no row."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import duckdb
import pytest

from lead_sla.errors import LeadSlaError
from lead_sla.inputs.feed_columns import KINDS
from lead_sla.inputs.feeds import Feed
from lead_sla.landing import raw_files
from lead_sla.landing.raw_files import MOST_SMALL_FILES, create_views, prepare_raw, write_file
from lead_sla.landing.schema import event_columns
from tests.support.landing_home import LEAD_HEADER, LandingHome

ROWS = "select file_number, row_number, event_id, lead_id, landed_at from raw.lead_events order by all"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[LandingHome]:
    folder = tmp_path / "a home, it's [1] *"
    folder.mkdir()
    made = LandingHome(folder)
    yield made
    made.connection.close()


def put_files(home: LandingHome, first: int, last: int) -> None:
    for number in range(first, last + 1):
        home.put(f"lead_events/{number:03}.csv", f"{LEAD_HEADER}e{number},l{number},demo,2024-01-01,,,\n,,broken,,,,\n")


def event_files(home: LandingHome) -> list[str]:
    return sorted(path.name for path in (home.raw_dir / "lead_events").iterdir())


def test_each_file_has_a_file_of_its_own_and_one_without_events_has_none(home: LandingHome) -> None:
    put_files(home, 1, 2)
    home.put("lead_events/empty.csv", LEAD_HEADER)
    home.put("lead_events/broken.csv", LEAD_HEADER + ",,broken,,,,\n")
    home.land()
    assert event_files(home) == ["00000001.parquet", "00000002.parquet"]
    assert home.ask("select path, stored_in from raw.landed_files order by file_number") == [
        ("lead_events/001.csv", "lead_events/00000001.parquet"),
        ("lead_events/002.csv", "lead_events/00000002.parquet"),
        ("lead_events/broken.csv", None),
        ("lead_events/empty.csv", None),
    ]


def test_a_file_that_no_landing_committed_is_not_read_and_is_deleted(home: LandingHome) -> None:
    put_files(home, 1, 1)
    home.land()
    committed = home.ask(ROWS)
    folder = home.raw_dir / "lead_events"
    (folder / "00000002.parquet").write_bytes((folder / "00000001.parquet").read_bytes())
    assert home.ask(ROWS) == committed
    home.land()
    assert home.ask(ROWS) == committed
    assert event_files(home) == ["00000001.parquet"]


@pytest.mark.parametrize(("files", "step"), [(1, "committing"), (MOST_SMALL_FILES, "raw_files")])
def test_a_kill_between_the_renaming_of_a_file_and_its_commit_changes_nothing(
    home: LandingHome, files: int, step: str
) -> None:
    """One more file lands; with so many that it causes merging, it is the merged file whose commit does not come."""
    put_files(home, 1, files)
    home.land()
    put_files(home, files + 1, files + 1)
    before = home.ask(ROWS)
    home.connection.close()
    child = multiprocessing.get_context("fork").Process(target=land_until_renamed, args=(home, step))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert "00000001-00000017.parquet" in event_files(home) if step == "raw_files" else len(event_files(home)) == 2
    home.connection = duckdb.connect(str(home.raw_dir.parent / "warehouse.duckdb"))
    if step == "committing":
        assert home.ask(ROWS) == before
    report = home.land()
    assert (len(report.landed), report.already_landed) == ((1, 1) if step == "committing" else (0, files + 1))
    assert [row[2] for row in home.ask(ROWS)] == [f"e{number}" for number in range(1, files + 2)]
    assert len(event_files(home)) == (2 if step == "committing" else 1)


@pytest.mark.parametrize("renamed", [1, 2, 3])
def test_a_kill_while_the_files_of_a_changed_feed_land_again_changes_nothing(home: LandingHome, renamed: int) -> None:
    put_files(home, 1, 3)
    home.land()
    changed = Feed("lead_events", "lead_events", "lead_events/*", timezone="America/New_York", mapping="changed")
    before = home.ask(ROWS)
    home.connection.close()
    arguments = (home, "committing", renamed, changed)
    child = multiprocessing.get_context("fork").Process(target=land_until_renamed, args=arguments)
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    home.connection = duckdb.connect(str(home.raw_dir.parent / "warehouse.duckdb"))
    assert home.ask(ROWS) == before
    assert len(home.land(changed).landed_again) == 3
    assert len(event_files(home)) == 3
    assert home.ask("select count(*) from raw.landed_files where mapping = 'changed'") == [(3,)]


def land_until_renamed(home: LandingHome, step: str, renamed: int = 1, *feeds: Feed) -> None:
    """Land in a process that is killed as soon as a number of complete files have got their names."""
    left = renamed
    finish_file = raw_files.finish_file

    def finish_and_die(unfinished: Path, folder: Path, name: str) -> None:
        nonlocal left
        finish_file(unfinished, folder, name)
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    home.connection = duckdb.connect(str(home.raw_dir.parent / "warehouse.duckdb"))
    with mock.patch(f"lead_sla.landing.{step}.finish_file", finish_and_die):
        home.land(*feeds)


def test_many_small_files_become_one_that_still_knows_the_file_of_each_row(home: LandingHome) -> None:
    put_files(home, 1, MOST_SMALL_FILES)
    home.land()
    assert len(event_files(home)) == MOST_SMALL_FILES
    before = home.ask(ROWS)
    rejected = home.rejects()
    put_files(home, MOST_SMALL_FILES + 1, MOST_SMALL_FILES + 1)
    home.land()
    assert event_files(home) == ["00000001-00000017.parquet"]
    assert home.ask(ROWS)[:-1] == before
    assert home.ask("select count(distinct file_number), count(distinct file_id) from raw.lead_events") == [(17, 17)]
    assert home.rejects()[:-1] == rejected
    put_files(home, 18, 18)
    home.land()
    assert event_files(home) == ["00000001-00000017.parquet", "00000018.parquet"]
    assert home.land().already_landed == 18


def test_hundreds_of_files_are_merged_in_pieces(home: LandingHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_files, "MERGED_AT_ONCE", 20)
    put_files(home, 1, 90)
    home.land()
    assert [row[2] for row in home.ask(ROWS)] == [f"e{number}" for number in range(1, 91)]
    assert len(event_files(home)) == 5


def test_a_missing_file_is_an_error_that_names_it_and_the_remedy(home: LandingHome) -> None:
    put_files(home, 1, 2)
    home.land()
    path = home.raw_dir / "lead_events" / "00000001.parquet"
    path.unlink()
    with pytest.raises(LeadSlaError) as error:
        home.land()
    assert str(error.value) == (
        f"{path} is missing: it has rows of files that have landed. Restore the folder from the backup that the "
        "warehouse file comes from; or delete the warehouse file, and the files that are still in the landing folder "
        "land again."
    )


def test_events_of_an_older_release_move_from_their_tables_to_files(home: LandingHome) -> None:
    put_files(home, 1, 3)
    home.land()
    before = home.ask(ROWS)
    for kind in KINDS:
        home.ask(f"create table raw.old as from raw.{kind}")
        home.ask(f"drop view raw.{kind}")
        home.ask(f"alter table raw.old rename to {kind}")
    home.ask("create table raw.old as select * exclude (rows_filtered, stored_in) from raw.landed_files")
    home.ask("drop table raw.landed_files")
    home.ask("alter table raw.old rename to landed_files")
    put_files(home, 4, 4)
    home.land()
    assert home.ask(ROWS)[:-1] == before
    assert event_files(home) == ["00000001-00000003.parquet", "00000004.parquet"]
    assert home.ask("select count(*) from duckdb_tables() where table_name in ('lead_events', 'deal_events')") == [(0,)]


def test_a_column_that_older_files_lack_is_null_in_their_rows(home: LandingHome) -> None:
    put_files(home, 1, 2)
    home.land()
    path = home.raw_dir / "lead_events" / "00000001.parquet"
    lacking = ", ".join(name for name in event_columns("lead_events") if name != "channel")
    write_file(
        home.connection, f"select {lacking} from raw.lead_events where file_number = 1", path.with_suffix(".new")
    )
    path.with_suffix(".new").replace(path)
    create_views(home.connection, home.raw_dir)
    assert home.ask("select event_id, channel from raw.lead_events order by 1") == [("e1", None), ("e2", None)]


def test_an_empty_warehouse_has_empty_views_with_every_column(home: LandingHome) -> None:
    prepare_raw(home.connection, home.raw_dir)
    for kind, columns in ((kind, event_columns(kind)) for kind in KINDS):
        assert home.ask(f"select count(*) from raw.{kind}") == [(0,)]
        described = [(name, sql_type.lower()) for name, sql_type, *_ in home.ask(f"describe raw.{kind}")]
        assert [(name, sql_type.replace(",", ", ")) for name, sql_type in described] == list(columns.items())
