"""The daily job, run in this process and recorded in the same Dagster instance that the browser shows.

What belongs here: starting the run, one line per step on the terminal, and what became of it. Everything else that
is printed meanwhile, by Dagster, dbt or any library, goes to the run's log file.
"""

import contextlib
import os
import re
import shutil
import sys
import traceback
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from rich.console import Console

from lead_sla.errors import DiskFullError, LeadSlaError
from lead_sla.pipeline.dagster_home import prepare_dagster_home
from lead_sla.pipeline.run_history import quick_history
from lead_sla.settings import Settings
from lead_sla.transform.rebuilding import REBUILD_REASON
from lead_sla.transform.worker import worker_ahead
from lead_sla.warehouse import current_holder

if TYPE_CHECKING:
    import dagster as dg

    from lead_sla.pipeline.audit import FailedCheck

STEPS = {
    "land_files": "Landing files",
    "check_landed": "Checking what landed",
    "build_models": "Building and testing models",
    "check_marts": "Checking the marts",
    "published_mart": "Publishing and drawing",
    "notifications": "Telling people",
}
# The browser lists a job's runs by this tag, which only runs that it started itself get on their own.
LOCATION_TAG = {".dagster/repository": "__repository__@lead_sla.pipeline.definitions"}
KEPT_LOGS = 30
FULL = re.compile("No space left on device|database or disk is full")
MEGABYTE = 1_000_000
NOTHING_FREE = MEGABYTE // 2


@dataclass(frozen=True)
class Outcome:
    """What became of a refresh. `error` is the error of ours that stopped it, `crash` the words of any other."""

    succeeded: bool
    run_id: str
    log_path: Path
    failed_checks: tuple["FailedCheck", ...]
    error: tuple[type[LeadSlaError], str] | None = None
    crash: str | None = None


@dataclass
class Step:
    """What a step has done so far."""

    built: int = 0
    checked: int = 0
    failed: int = 0
    note: str = ""

    def summary(self) -> str:
        """The step in a few words."""
        parts = [self.note] if self.note else []
        if self.built > 1 and not self.note:
            parts.append(f"{self.built} tables")
        if self.checked:
            count = "1 check" if self.checked == 1 else f"{self.checked} checks"
            parts.append(count + (f", {self.failed} not passed" if self.failed else ""))
        return ", ".join(parts)


@dataclass
class Progress:
    """One line per step, when it ends."""

    console: Console
    steps: dict[str, Step] = field(default_factory=dict)

    def follow(self, event: "dg.DagsterEvent") -> None:
        """Take one event of the run into account."""
        if event.step_key not in STEPS:
            return
        step = self.steps.setdefault(event.step_key, Step())
        match event.event_type_value:
            case "ASSET_MATERIALIZATION":
                step.built += 1
                step.note = _note(event) or step.note
            case "ASSET_OBSERVATION":
                self._say_rebuilt(event)
            case "ASSET_CHECK_EVALUATION":
                step.checked += 1
                step.failed += not event.asset_check_evaluation_data.passed
            case "STEP_SUCCESS":
                self._line(event.step_key, step, event.step_success_data.duration_ms / 1000)
            case "STEP_FAILURE":
                self._line(event.step_key, step, None)

    def _say_rebuilt(self, event: "dg.DagsterEvent") -> None:
        observation = event.asset_observation_data.asset_observation
        reason = observation.metadata.get(REBUILD_REASON)
        if reason is not None:
            model = observation.asset_key.path[-1]
            self.console.print(f"  {model} is built anew, because of a change in {reason.value}.", markup=False)

    def _line(self, key: str, step: Step, seconds: float | None) -> None:
        took = "failed" if seconds is None else f"{seconds:.1f} s"
        style = "red" if seconds is None else None
        self.console.print(f"  {STEPS[key]:<28} {step.summary():<58} {took:>8}", style=style, markup=False)


def run_refresh(settings: Settings, *, as_of_date: str | None, full_refresh: bool) -> Outcome:
    """Run the daily job to its end.

    Raises:
        InputError: the project or a setting is wrong, so that the job could not even start.
        DiskFullError: the disk was full, so that not even the history of the run could be written.
    """
    try:
        return _refresh(settings, as_of_date=as_of_date, full_refresh=full_refresh)
    except Exception as error:
        full = _disk_full(settings, str(error))
        if full is None:
            raise
        raise DiskFullError(full) from error


def _refresh(settings: Settings, *, as_of_date: str | None, full_refresh: bool) -> Outcome:
    run_id = str(uuid.uuid4())
    dagster_home = prepare_dagster_home(settings)
    settings.logs_dir.mkdir(parents=True, exist_ok=True)
    _prune_logs(settings.logs_dir)
    log_path = settings.logs_dir / f"refresh-{run_id}.log"
    os.environ["DAGSTER_HOME"] = str(dagster_home)
    with _all_output_to(log_path) as terminal, quick_history(dagster_home, run_id), worker_ahead(settings):
        console = Console(file=terminal, highlight=False, soft_wrap=True)
        holder = current_holder(settings)
        if holder:
            console.print(f"Waiting for the warehouse, which is held by {holder}.", markup=False)
        try:
            outcome = _run(console, run_id, log_path, {"as_of_date": as_of_date, "full_refresh": full_refresh})
        except Exception:
            with contextlib.suppress(OSError):  # a full disk has no room for the log either
                traceback.print_exc()
            raise
    full = _disk_full(settings, outcome.crash) if outcome.crash else None
    return replace(outcome, error=(DiskFullError, full), crash=None) if full else outcome


def _disk_full(settings: Settings, said: str) -> str | None:
    """What to do about a full disk, if that is what somebody `said`; SQLite says it in other words at times."""
    free = shutil.disk_usage(settings.home).free
    if free > NOTHING_FREE and not FULL.search(said):
        return None
    return (
        f"The disk of {settings.home} is full ({free / MEGABYTE:,.1f} MB are free now). Free some space and run again; "
        "nothing has to be repaired."
    )


def _run(console: Console, run_id: str, log_path: Path, config: dict[str, Any]) -> Outcome:
    with console.status("Starting"):
        # Loading these takes seconds, which no other command should wait for.
        import dagster as dg  # noqa: PLC0415
        from dagster._core.execution.api import execute_run_iterator  # noqa: PLC0415

        from lead_sla.pipeline.audit import failed_checks, our_error, root_message  # noqa: PLC0415
        from lead_sla.pipeline.definitions import daily_refresh  # noqa: PLC0415

        job = dg.reconstructable(daily_refresh)
        instance = dg.DagsterInstance.get()
        run = instance.create_run_for_job(
            job.get_definition(),
            run_id=run_id,
            run_config={"resources": {"refresh": {"config": config}}},
            tags=LOCATION_TAG,
            job_code_origin=job.get_python_origin(),
        )
    progress = Progress(console)
    failures: list[Any] = []
    # `dg.execute_job` is this iterator, run to its end without a word.
    with console.status("Refreshing") as status:
        for event in execute_run_iterator(job, run, instance):
            if event.is_step_start and event.step_key in STEPS:
                status.update(STEPS[event.step_key])
            progress.follow(event)
            if event.is_step_failure:
                failures.append(event.step_failure_data.error)
            elif event.is_job_failure and not failures:
                failures.append(event.job_failure_data.error)
    checks = tuple(failed_checks(instance, run_id))
    finished = instance.get_run_by_id(run_id)
    if finished is not None and finished.is_success:
        return Outcome(True, run_id, log_path, checks)
    if not failures:
        return Outcome(False, run_id, log_path, checks, crash="it was interrupted.")
    error = our_error(failures[0])
    return Outcome(False, run_id, log_path, checks, error, None if error else root_message(failures[0]))


def last_run(settings: Settings) -> str | None:
    """The newest refresh in one sentence, whoever started it; None when none is recorded."""
    if not (settings.dagster_home / "history").exists():
        return None
    import dagster as dg  # noqa: PLC0415 - takes seconds

    os.environ["DAGSTER_HOME"] = str(prepare_dagster_home(settings))
    records = dg.DagsterInstance.get().get_run_records(limit=1)
    if not records:
        return None
    run = records[0].dagster_run
    return f"{run.status.value.lower()}: run {run.run_id}, started {records[0].create_timestamp:%Y-%m-%d %H:%M} UTC"


@contextlib.contextmanager
def _all_output_to(path: Path) -> Iterator[TextIO]:
    """Send what this process and its children print to `path`; yields the terminal for our own lines."""
    sys.stdout.flush()
    sys.stderr.flush()
    saved = {1: os.dup(1), 2: os.dup(2)}
    with path.open("ab") as log, os.fdopen(os.dup(saved[1]), "w", encoding="utf-8", buffering=1) as terminal:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        try:
            yield terminal
        finally:
            _flush(sys.stdout, 1)
            _flush(sys.stderr, 2)
            for descriptor, original in saved.items():
                os.dup2(original, descriptor)
                os.close(original)


def _flush(stream: TextIO, descriptor: int) -> None:
    """Write what waits in `stream`; what a full disk has no room for must not turn up on the terminal."""
    try:
        stream.flush()
    except OSError:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), descriptor)
        stream.flush()


def _note(event: "dg.DagsterEvent") -> str:
    metadata = event.step_materialization_data.materialization.metadata
    for name in ("landed", "published"):
        if name in metadata:
            return str(metadata[name].value)
    return ""


def _prune_logs(folder: Path) -> None:
    logs = sorted(folder.glob("refresh-*.log"), key=lambda path: path.stat().st_mtime)
    for path in logs[: -KEPT_LOGS + 1]:
        path.unlink()
