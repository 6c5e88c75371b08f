"""The process that runs suites: it answers one order after another, reports why it cannot, and ends with its input."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lead_sla.errors import CheckFailedError
from lead_sla.quality.landing import landing_suite
from lead_sla.quality.runner import run_suite
from lead_sla.quality.worker import SuiteWorker, preloaded_suite_worker, start_suite_worker
from lead_sla.settings import Settings
from tests.unit.quality.warehouses import AS_OF, RAW_ROWS, RAW_SCHEMA, settings_of, write

LONGEST_SECONDS = 120


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = settings_of(tmp_path_factory.mktemp("landed"), "Europe/Berlin")
    write(settings, RAW_SCHEMA, RAW_ROWS)
    return settings


@pytest.fixture(scope="module")
def worker() -> Iterator[SuiteWorker]:
    worker = start_suite_worker()
    yield worker
    worker.end()


def test_it_finds_what_the_same_suite_finds_in_this_process(worker: SuiteWorker, landed: Settings) -> None:
    suite = landing_suite(AS_OF)
    expected = run_suite(landed, suite)
    assert [worker.run_suite(landed, suite) for _ in range(2)] == [expected, expected]


def test_a_suite_that_cannot_run_is_reported_and_the_next_one_runs(
    worker: SuiteWorker, landed: Settings, tmp_path: Path
) -> None:
    nothing_landed = settings_of(tmp_path)
    write(nothing_landed, RAW_SCHEMA.replace("raw.landed_files", "raw.other_files"))
    with pytest.raises(CheckFailedError, match=r"landed_files_match_stored_rows .* could not run"):
        worker.run_suite(nothing_landed, landing_suite(AS_OF))
    assert worker.run_suite(landed, landing_suite(AS_OF)).checks


def test_one_that_has_ended_is_named_as_the_reason() -> None:
    worker = start_suite_worker()
    worker.end()
    with pytest.raises(ChildProcessError, match="has ended with the code"):
        worker.run_suite(settings_of(Path("anywhere")), landing_suite(AS_OF))


def test_it_ends_with_its_input_and_prints_nothing_but_answers() -> None:
    worker = start_suite_worker()
    output, _ = worker.process.communicate(timeout=LONGEST_SECONDS)
    assert (worker.process.returncode, output) == (0, b"")


def test_one_that_was_started_ahead_is_handed_out_once_or_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[SuiteWorker] = []
    monkeypatch.setattr("lead_sla.quality.worker._preloaded", started)
    with preloaded_suite_worker():
        taken = start_suite_worker()
    assert taken.process.poll() is None
    taken.end()
    with preloaded_suite_worker():
        (left,) = started
    assert left.process.poll() is not None
