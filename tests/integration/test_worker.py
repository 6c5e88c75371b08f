"""The process that runs dbt: it waits, runs what it is given, reports why it cannot, and never outlives its parent."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lead_sla.settings import Settings
from lead_sla.transform.project import MANIFEST, prepare_manifest
from lead_sla.transform.running import ABANDONED
from lead_sla.transform.worker import DbtWorker, preloaded_worker, start_worker
from tests.support.harness import Company
from tests.support.sharing import empty_home

LONGEST_SECONDS = 120
NOWHERE = Path(os.devnull)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A company whose project dbt has read before, so that a worker is soon there."""
    settings = Company(empty_home(tmp_path_factory)).settings
    prepare_manifest(settings)
    return settings


@pytest.fixture
def worker(settings: Settings) -> Iterator[DbtWorker]:
    worker = start_worker(settings)
    yield worker
    worker.end()


def test_without_an_order_it_ends_with_its_input_and_leaves_a_manifest_alone_that_others_may_be_reading(
    settings: Settings, worker: DbtWorker
) -> None:
    manifest = settings.home / "dbt" / "manifest" / MANIFEST
    before = manifest.stat()
    output, _ = worker.process.communicate(timeout=LONGEST_SECONDS)
    assert (worker.process.returncode, output) == (0, b"")
    after = manifest.stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_it_prints_dbt_s_events_but_none_for_those_who_mend_dbt(worker: DbtWorker) -> None:
    worker.order(["list", "--resource-type", "seed"], NOWHERE)
    events = [json.loads(line)["info"] for line in worker.process.stdout or []]
    assert worker.process.wait(LONGEST_SECONDS) == 0
    assert "lead_sla.reference.event_types" in {event["msg"] for event in events}
    assert {event["level"] for event in events} == {"info"}


@pytest.mark.soak
def test_a_project_that_cannot_be_read_is_named_to_who_gives_the_order(tmp_path: Path) -> None:
    settings = Company(tmp_path).settings
    shutil.copy(settings.seeds / "reference" / "holidays.csv", settings.seeds / "targets")
    worker = start_worker(settings)
    worker.process.wait(LONGEST_SECONDS)
    worker.order(["build"], NOWHERE)
    output = (worker.process.stdout or pytest.fail("it has no output")).read().decode()
    assert worker.process.returncode == 1
    assert "dbt cannot parse the project" in output
    assert "holidays" in output


def test_what_dbt_cannot_do_fails(worker: DbtWorker) -> None:
    worker.order(["build", "--select", "no_such_option", "--no-such-option"], NOWHERE)
    output = (worker.process.stdout or pytest.fail("it has no output")).read().decode()
    assert worker.process.wait(LONGEST_SECONDS) == 1
    assert "No such option" in output


def test_one_whose_reader_is_gone_ends(worker: DbtWorker) -> None:
    worker.process.stdout.close()  # type: ignore[union-attr]
    worker.order(["list", "--resource-type", "seed"], NOWHERE)
    assert worker.process.wait(LONGEST_SECONDS) == ABANDONED


def test_one_that_was_started_ahead_is_handed_out_once_and_can_be_ended_while_it_waits(settings: Settings) -> None:
    with preloaded_worker(settings):
        first, second = start_worker(settings), start_worker(settings)
    assert first.process.pid != second.process.pid
    assert (first.process.poll(), second.process.poll()) == (None, None)
    for worker in (first, second):
        worker.end()
        assert worker.process.poll() is not None


def test_one_that_nobody_asked_for_is_ended(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[DbtWorker] = []
    monkeypatch.setattr("lead_sla.transform.worker._preloaded", started)
    with preloaded_worker(settings):
        (worker,) = started
    assert worker.process.poll() is not None
