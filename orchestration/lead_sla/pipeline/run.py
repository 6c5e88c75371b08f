"""The daily job, run in this process and recorded in the same Dagster instance that the browser shows.

This module starts the run and returns its result. Everything else that is printed meanwhile, by
Dagster, dbt or any library, goes to the run's log file.
"""

import contextlib
import os
import re
import sys
import traceback
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from rich.console import Console

from lead_sla.disk import free_bytes
from lead_sla.errors import DiskFullError, InputError, LeadSlaError
from lead_sla.garbage import loading
from lead_sla.pipeline.dagster_home import prepare_dagster_home
from lead_sla.pipeline.refresh_record import FailedCheck
from lead_sla.pipeline.run_history import quick_history
from lead_sla.quality.worker import preloaded_suite_worker
from lead_sla.settings import Settings
from lead_sla.transform.worker import preloaded_worker
from lead_sla.warehouse import current_holder

if TYPE_CHECKING:
    import dagster as dg

# The browser lists a job's runs by this tag, which only runs that it started itself get on their own.
LOCATION_TAG = {".dagster/repository": "__repository__@lead_sla.pipeline.definitions"}
NOTHING_NEW = "nothing_new"
KEPT_LOGS = 30
FULL = re.compile("No space left on device|database or disk is full")
MEGABYTE = 1_000_000
NOTHING_FREE = MEGABYTE // 2


@dataclass(frozen=True)
class Outcome:
    """The result of a refresh. `error` is the expected error that stopped it, `crash` the text of any other."""

    succeeded: bool
    run_id: str
    log_path: Path
    failed_checks: tuple[FailedCheck, ...]
    error: tuple[type[LeadSlaError], str] | None = None
    crash: str | None = None


@dataclass(frozen=True)
class RefreshOptions:
    """What a person who starts a refresh may say; the fields of the resource `Refresh`."""

    as_of_date: str | None = None
    full_refresh: bool = False
    confirm: bool = False
    accept_withdrawals: tuple[str, ...] = ()
    without_pull: bool = False


def run_refresh(settings: Settings, options: RefreshOptions) -> Outcome:
    """Run the daily job to its end.

    Raises:
        InputError: the project or a setting is wrong, so that the job could not even start.
        DiskFullError: the disk was full, so that not even the history of the run could be written.
    """
    with full_disk_named(settings):
        return _refresh(settings, options)


@contextlib.contextmanager
def full_disk_named(settings: Settings) -> Iterator[None]:
    """Turn whatever breaks on a full disk into an error with the remedy.

    Raises:
        DiskFullError: the disk was full.
    """
    try:
        yield
    except Exception as error:
        is_explained = isinstance(error, InputError) and not FULL.search(str(error))
        full = None if is_explained else _disk_full(settings, str(error))
        if full is None:
            raise
        raise DiskFullError(full) from error


def _refresh(settings: Settings, options: RefreshOptions) -> Outcome:
    run_id = str(uuid.uuid4())
    dagster_home = prepare_dagster_home(settings)
    settings.logs_dir.mkdir(parents=True, exist_ok=True)
    _prune_logs(settings.logs_dir)
    log_path = settings.logs_dir / f"refresh-{run_id}.log"
    with (
        _all_output_to(log_path) as terminal,
        quick_history(dagster_home, run_id),
        preloaded_worker(settings),
        contextlib.ExitStack() as processes,
    ):
        console = Console(file=terminal, highlight=False, soft_wrap=True)
        holder = current_holder(settings)
        if holder:
            console.print(f"Waiting for the warehouse, which is held by {holder}.", markup=False)
        try:
            config = {**asdict(options), "accept_withdrawals": list(options.accept_withdrawals)}
            outcome = _run(settings, console, run_id, log_path, config, processes)
        except Exception:
            with contextlib.suppress(OSError):  # a full disk has no room for the log either
                traceback.print_exc()
            raise
    full = _disk_full(settings, outcome.crash) if outcome.crash else None
    return replace(outcome, error=(DiskFullError, full), crash=None) if full else outcome


def _disk_full(settings: Settings, message: str) -> str | None:
    """The remedy for a full disk, if it is full; SQLite's messages vary, so free space is checked as well."""
    free = free_bytes(settings.home)
    if free > NOTHING_FREE and not FULL.search(message):
        return None
    return (
        f"The disk of {settings.home} is full ({free / MEGABYTE:,.1f} MB are free now). Free some space and rerun; "
        "nothing has to be repaired."
    )


def _run(
    settings: Settings,
    console: Console,
    run_id: str,
    log_path: Path,
    config: Mapping[str, Any],
    processes: contextlib.ExitStack,
) -> Outcome:
    console.print("  Starting")
    with console.status("Starting"), loading():
        # Loading these takes seconds, which no other command should wait for.
        import dagster as dg  # noqa: PLC0415

        from lead_sla.pipeline.audit import failed_checks, our_error, root_message  # noqa: PLC0415
        from lead_sla.pipeline.definitions import build_defs  # noqa: PLC0415
        from lead_sla.pipeline.job import JOB  # noqa: PLC0415
        from lead_sla.pipeline.progress import follow_steps  # noqa: PLC0415

        # No sooner: until now dbt's process has kept another core busy.
        processes.enter_context(preloaded_suite_worker())
        job = build_defs(settings).resolve_job_def(JOB)
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        with console.status("Refreshing") as status:
            result = job.with_hooks(follow_steps(console, status)).execute_in_process(
                run_config={"resources": {"refresh": {"config": config}}},
                instance=instance,
                run_id=run_id,
                tags=LOCATION_TAG,
                raise_on_error=False,
            )
        checks = tuple(failed_checks(instance, run_id))
    if result.success:
        return Outcome(True, run_id, log_path, checks)
    failure = _first_failure(result.all_events)
    if failure is None:
        return Outcome(False, run_id, log_path, checks, crash="it was interrupted.")
    error = our_error(failure)
    return Outcome(False, run_id, log_path, checks, error, None if error else root_message(failure))


def _first_failure(events: Sequence["dg.DagsterEvent"]) -> Any | None:
    """What broke the first step that failed, or else the run; None when it was interrupted."""
    steps = [event.step_failure_data.error for event in events if event.is_step_failure]
    return next(iter(steps + [event.job_failure_data.error for event in events if event.is_job_failure]), None)


def last_run(settings: Settings) -> str | None:
    """The newest refresh in one sentence, however it was started; None if none is recorded."""
    if not (settings.dagster_home / "history").exists():
        return None
    import dagster as dg  # noqa: PLC0415 - takes seconds

    with dg.DagsterInstance.from_config(str(prepare_dagster_home(settings))) as instance:
        records = instance.get_run_records(limit=1)
    if not records:
        return None
    run = records[0].dagster_run
    what = "nothing new, " if run.job_name == NOTHING_NEW else ""
    began = f"started {records[0].create_timestamp:%Y-%m-%d %H:%M} UTC"
    return f"{run.status.value.lower()}: {what}run {run.run_id}, {began}"


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


def _prune_logs(folder: Path) -> None:
    logs = sorted(folder.glob("refresh-*.log"), key=lambda path: path.stat().st_mtime)
    for path in logs[: -KEPT_LOGS + 1]:
        path.unlink()
