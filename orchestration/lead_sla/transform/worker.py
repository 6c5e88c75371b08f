"""dbt in a separate process, which loads dbt and the project in the background, and then waits for arguments.

Loading takes as long as Dagster's start and a day's landing. It is a separate process so that dbt's connection to the
warehouse ends with it, and so that it runs in parallel. This module starts and ends it, and must load
quickly; the arguments are in `dbt_assets.py`, its program in `worker_process.py`.
"""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, cast

from lead_sla.settings import PROJECT_DIR, Settings
from lead_sla.transform.project import dbt_environment
from lead_sla.transform.snapshot import Snapshot, take_snapshot

PROGRAM = "lead_sla.transform.worker_process"
PATIENCE_SECONDS = 20

_preloaded: list["DbtWorker"] = []


@dataclass(frozen=True)
class DbtWorker:
    """A process that runs one dbt command and prints dbt's events for dagster-dbt.

    `snapshot` is from before the process could read anything.
    """

    process: subprocess.Popen[bytes]
    snapshot: Snapshot | None

    def order(self, arguments: Sequence[str]) -> None:
        """Send dbt's arguments."""
        # If it has already ended, its output, which is read next, contains the reason.
        with contextlib.suppress(BrokenPipeError), cast("IO[bytes]", self.process.stdin) as order:
            order.write(_line(list(arguments)))

    def end(self) -> None:
        """Stop the process; DuckDB rolls back what was not committed."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def start_worker(settings: Settings) -> DbtWorker:
    """The worker that `preloaded_worker` has started, or a new one; the caller ends it."""
    return _preloaded.pop() if _preloaded else _start(settings)


@contextlib.contextmanager
def preloaded_worker(settings: Settings) -> Iterator[None]:
    """Start a worker early, which `start_worker` then returns."""
    _preloaded.append(_start(settings))
    try:
        yield
    finally:
        while _preloaded:
            _preloaded.pop().end()


def _start(settings: Settings) -> DbtWorker:
    snapshot = take_snapshot(settings)
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", PROGRAM],
        cwd=PROJECT_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    environment = cast("IO[bytes]", process.stdin)
    environment.write(_line(dbt_environment(settings)))
    environment.flush()
    return DbtWorker(process, snapshot)


def _line(message: Any) -> bytes:
    return json.dumps(message).encode() + b"\n"
