"""Versions come, are pointed at, are gone back to, and go."""

import os
import stat
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from lead_sla.errors import CheckFailedError, InputError
from lead_sla.publishing import current_version, list_versions, publish, rollback, withdrawn_version
from lead_sla.settings import Settings, load_settings
from tests.support.small_warehouse import AS_OF, change_warehouse, publish_run, read_runs


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path)


def versions_on_disk(settings: Settings) -> list[str]:
    return sorted(path.name for path in (settings.published_dir / "versions").iterdir())


def runs_seen(settings: Settings) -> set[int]:
    with duckdb.connect(str(settings.mart_path), read_only=True) as connection:
        return read_runs(connection)


def test_current_is_a_relative_link_to_the_newest_version(settings: Settings) -> None:
    publish_run(settings, 1)
    publish_run(settings, 2)
    assert os.readlink(settings.published_dir / "current") == "versions/run-2"  # noqa: PTH115
    assert current_version(settings).run_id == "run-2"
    assert runs_seen(settings) == {2}
    assert sorted(path.name for path in settings.published_dir.iterdir()) == ["current", "versions"]


def test_published_files_cannot_be_written(settings: Settings) -> None:
    publish_run(settings, 1)
    files = [path for path in (settings.published_dir / "current").rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".duckdb", ".json", ".parquet"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o444}


def test_a_reader_keeps_its_version_while_a_new_connection_gets_the_new_one(settings: Settings) -> None:
    publish_run(settings, 1)
    with duckdb.connect(str(settings.mart_path), read_only=True) as old:
        publish_run(settings, 2)
        assert runs_seen(settings) == {2}
        assert read_runs(old) == {1}


def test_a_reader_outlives_the_deletion_of_its_version(settings: Settings) -> None:
    publish_run(settings, 1)
    with duckdb.connect(str(settings.mart_path), read_only=True) as old:
        for run in range(2, 8):
            publish_run(settings, run)
        assert "run-1" not in versions_on_disk(settings)
        assert read_runs(old) == {1}


def test_the_last_five_versions_are_kept(settings: Settings) -> None:
    for run in range(1, 8):
        publish_run(settings, run)
    assert versions_on_disk(settings) == ["run-3", "run-4", "run-5", "run-6", "run-7"]
    assert [version.run_id for version in list_versions(settings)] == ["run-7", "run-6", "run-5", "run-4", "run-3"]


def test_the_current_version_is_kept_even_when_it_is_an_old_one(settings: Settings) -> None:
    for run in range(2, 7):
        publish_run(settings, run)
    # Its clock was wrong, so it counts as the oldest.
    publish(settings, "early", AS_OF, datetime(2020, 1, 1, tzinfo=UTC), None)
    assert current_version(settings).run_id == "early"
    assert "early" in versions_on_disk(settings)
    publish_run(settings, 7)
    assert versions_on_disk(settings) == ["run-3", "run-4", "run-5", "run-6", "run-7"]


def test_rollback_points_to_the_version_before_and_logs_it(settings: Settings) -> None:
    for run in (1, 2, 3):
        publish_run(settings, run)
    logged: list[str] = []
    assert rollback(settings, log=logged.append).run_id == "run-2"
    assert logged == [
        "Rolled back from version run-3 (as of 2026-05-20) to version run-2 (as of 2026-05-20), "
        "whose refresh began 2026-05-21 06:02 UTC. To undo this, run `lead-sla publish --rollback --to run-3`."
    ]
    assert runs_seen(settings) == {2}
    assert rollback(settings, log=logged.append).run_id == "run-1"
    assert versions_on_disk(settings) == ["run-1", "run-2", "run-3"]


def test_a_version_that_was_rolled_back_can_be_shown_again(settings: Settings) -> None:
    for run in (1, 2, 3):
        publish_run(settings, run)
    rollback(settings, "run-1", log=lambda _: None)
    assert runs_seen(settings) == {1}
    logged: list[str] = []
    assert rollback(settings, "run-3", log=logged.append).run_id == "run-3"
    assert logged[0].startswith("Rolled forward from version run-1 (as of 2026-05-20) to version run-3")
    assert runs_seen(settings) == {3}
    with pytest.raises(InputError, match=r"Version 'run-9' is not kept\. The versions are, .*: run-3 \(as of 2026-05"):
        rollback(settings, "run-9")


def test_rolling_back_to_the_current_version_changes_nothing(settings: Settings) -> None:
    publish_run(settings, 1)
    link = (settings.published_dir / "current").lstat()
    logged: list[str] = []
    assert rollback(settings, "run-1", log=logged.append).run_id == "run-1"
    assert logged == ["Readers already get version run-1 (as of 2026-05-20); nothing was changed."]
    assert (settings.published_dir / "current").lstat().st_ino == link.st_ino


def test_the_newest_version_is_withdrawn_while_readers_get_an_earlier_one(settings: Settings) -> None:
    assert withdrawn_version(settings) is None
    for run in (1, 2, 3):
        publish_run(settings, run)
    assert withdrawn_version(settings) is None
    rollback(settings, "run-1", log=lambda _: None)
    assert withdrawn_version(settings).run_id == "run-3"
    publish_run(settings, 4)
    assert withdrawn_version(settings) is None


def test_a_publication_after_a_rollback_is_the_newest(settings: Settings) -> None:
    for run in (1, 2):
        publish_run(settings, run)
    rollback(settings, log=lambda _: None)
    publish_run(settings, 3)
    assert runs_seen(settings) == {3}
    assert [version.run_id for version in list_versions(settings)] == ["run-3", "run-2", "run-1"]


def test_rollback_without_an_earlier_version_is_refused(settings: Settings) -> None:
    with pytest.raises(InputError, match="Nothing is published yet, so there is nothing to roll back"):
        rollback(settings)
    publish_run(settings, 1)
    with pytest.raises(InputError, match="Version run-1 is the oldest one kept"):
        rollback(settings)
    assert runs_seen(settings) == {1}


def test_before_the_first_publication_there_is_no_version(settings: Settings) -> None:
    assert list_versions(settings) == []
    assert current_version(settings) is None


def test_publishing_a_run_again_changes_nothing(settings: Settings) -> None:
    first = publish_run(settings, 1)
    inode = settings.mart_path.stat().st_ino
    again = publish(settings, "run-1", AS_OF, datetime(2026, 5, 21, 9, 0, tzinfo=UTC), "0123abc")
    assert again == first
    assert settings.mart_path.stat().st_ino == inode


def test_a_retry_finishes_a_publication_that_died_before_the_swap(settings: Settings) -> None:
    publish_run(settings, 1)
    publish_run(settings, 2)
    link = settings.published_dir / "current"
    link.unlink()
    link.symlink_to(Path("versions") / "run-1")
    publish(settings, "run-2", AS_OF, datetime(2026, 5, 21, 9, 0, tzinfo=UTC), "0123abc")
    assert runs_seen(settings) == {2}


def test_publishing_a_run_again_with_other_contents_is_refused(settings: Settings) -> None:
    publish_run(settings, 1)
    change_warehouse(settings, "delete from marts.fct_sla_daily where date = '2026-05-20'")
    with pytest.raises(CheckFailedError, match="Run run-1 is published already, and the warehouse has changed since"):
        publish(settings, "run-1", AS_OF, datetime(2026, 5, 22, tzinfo=UTC), None)
    with duckdb.connect(str(settings.mart_path), read_only=True) as connection:
        assert connection.execute("select count(*) from fct_sla_daily").fetchall() == [(800,)]


def test_publishing_a_run_again_as_of_another_day_is_refused(settings: Settings) -> None:
    publish_run(settings, 1)
    with pytest.raises(CheckFailedError, match="published already, as of 2026-05-20 and not 2026-05-19"):
        publish(settings, "run-1", date(2026, 5, 19), datetime(2026, 5, 22, tzinfo=UTC), None)


def test_what_a_killed_publication_left_is_cleaned_and_never_listed(settings: Settings) -> None:
    publish_run(settings, 1)
    script = (
        "import sys; from datetime import date, datetime; from pathlib import Path\n"
        "from lead_sla.publishing import publish; from lead_sla.settings import load_settings\n"
        "publish(load_settings(home=Path(sys.argv[1])), 'killed', date(2026, 5, 20), datetime(2026, 5, 22), None)\n"
    )
    # Enough rows that the copy takes a second or more, so the process is killed in the middle of it.
    change_warehouse(
        settings, "create table marts.long as select range as id, md5(range::varchar) as t from range(1000000)"
    )
    building = settings.published_dir / "versions" / ".building-killed"
    process = subprocess.Popen([sys.executable, "-c", script, str(settings.home)])
    deadline = time.monotonic() + 60
    while not (building / "sla_mart.duckdb").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.kill()
    process.wait()
    assert building.exists()
    assert runs_seen(settings) == {1}
    assert [version.run_id for version in list_versions(settings)] == ["run-1"]
    change_warehouse(settings, "drop table marts.long")
    publish_run(settings, 2)
    assert versions_on_disk(settings) == ["run-1", "run-2"]


@pytest.mark.parametrize("run_id", ["", "../elsewhere", "a/b", ".hidden", "two words"])
def test_a_run_id_that_cannot_name_a_folder_is_refused(settings: Settings, run_id: str) -> None:
    with pytest.raises(InputError, match="cannot name a folder"):
        publish(settings, run_id, AS_OF, datetime(2026, 5, 22, tzinfo=UTC), None)


def test_a_current_that_is_a_folder_is_refused_and_left_alone(settings: Settings) -> None:
    publish_run(settings, 1)
    link = settings.published_dir / "current"
    link.unlink()
    link.mkdir()
    with pytest.raises(InputError, match="current is not a symbolic link"):
        publish_run(settings, 2)
    assert versions_on_disk(settings) == ["run-1"]


def test_a_current_whose_version_is_gone_is_named_with_the_remedy(settings: Settings) -> None:
    publish_run(settings, 1)
    (settings.published_dir / "versions" / "run-1").rename(settings.home / "elsewhere")
    with pytest.raises(InputError, match=r"run-1/manifest\.json is missing.* run `lead-sla refresh`"):
        current_version(settings)
    publish_run(settings, 2)
    assert runs_seen(settings) == {2}


def test_a_manifest_that_is_not_ours_is_named_with_the_field(settings: Settings) -> None:
    publish_run(settings, 1)
    manifest = settings.published_dir / "versions" / "run-1" / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text(manifest.read_text().replace('"2026-05-20"', '"soon"', 1))
    with pytest.raises(InputError, match=r"manifest\.json cannot be read: as_of_date: .*Delete the folder"):
        list_versions(settings)
