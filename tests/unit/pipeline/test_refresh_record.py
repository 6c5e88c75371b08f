"""The record of the last refresh, and the run in Dagster's history that says that nothing is new."""

from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest

from lead_sla.pipeline import nothing_new
from lead_sla.pipeline.dagster_home import prepare_dagster_home
from lead_sla.pipeline.nothing_new import record_nothing_new
from lead_sla.pipeline.refresh_record import FailedCheck, RefreshRecord, delete_record, read_record, write_record
from lead_sla.settings import Settings, load_settings

RECORD = RefreshRecord(
    run_id="run-1",
    began_at=datetime(2026, 11, 28, 6, 0, tzinfo=UTC),
    day=date(2026, 11, 28),
    as_of_date=date(2026, 11, 27),
    snapshot="a hash",
    landed_files={"lead_events/june.csv": "another hash"},
    left_behind={"warehouse.duckdb": (1, 2, 3, 4), "alerts.json": None},
    warnings=(FailedCheck("raw/landed_files", "feeds_are_fresh", False, "No new file.", "Ask for it."),),
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path)


def test_a_record_is_read_as_it_was_written_until_it_is_deleted(settings: Settings) -> None:
    assert read_record(settings) is None
    write_record(settings, RECORD)
    assert read_record(settings) == RECORD
    delete_record(settings)
    assert read_record(settings) is None


@pytest.mark.parametrize("content", [b"", b"{}", b"[1, 2", b"\xff\xfe", b'{"run_id": "run-1"}'])
def test_a_record_that_cannot_be_read_is_none(settings: Settings, content: bytes) -> None:
    (settings.home / "refreshed.json").write_bytes(content)
    assert read_record(settings) is None


def test_a_record_that_cannot_be_written_is_none_and_stops_nothing(settings: Settings) -> None:
    (settings.home / "refreshed.json").mkdir()
    write_record(settings, RECORD)
    assert [path.name for path in settings.home.iterdir()] == ["refreshed.json"]
    assert read_record(settings) is None


def test_the_run_names_the_version_and_the_last_ones_are_kept(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(nothing_new, "KEPT_RUNS", 2)
    for _ in range(3):
        record_nothing_new(settings, RECORD)
    assert capfd.readouterr() == ("", ""), "the terminal is for the line of the command alone"
    with dg.DagsterInstance.from_config(str(prepare_dagster_home(settings))) as instance:
        runs = [record.dagster_run for record in instance.get_run_records()]
        said = [entry.user_message for entry in instance.all_logs(runs[0].run_id)]
    assert [(run.job_name, run.status.value) for run in runs] == [("nothing_new", "SUCCESS")] * 2
    assert "Nothing new: version run-1 as of 2026-11-27 is current." in said
