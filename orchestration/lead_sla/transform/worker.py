"""dbt in a separate process, which loads dbt and the project in the background, and then waits for arguments.

Loading takes as long as Dagster's start and a day's landing. It is a separate process so that dbt's connection to the
warehouse ends with it, and so that it runs in parallel. This module starts it, and must load quickly; the arguments are
in `dbt_assets.py`, its program in `worker_process.py`.
"""

import contextlib
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from lead_sla.processes import Worker, start_program, started_ahead, to_line
from lead_sla.settings import PROJECT_DIR, Settings
from lead_sla.transform.project import dbt_environment
from lead_sla.transform.snapshot import Snapshot, take_snapshot

PROGRAM = "lead_sla.transform.worker_process"

_preloaded: list["DbtWorker"] = []


@dataclass(frozen=True)
class DbtWorker(Worker):
    """A process that runs one dbt command and prints dbt's events for dagster-dbt.

    `snapshot` is from before the process could read anything.
    """

    snapshot: Snapshot | None

    def order(self, arguments: Sequence[str], results: Path) -> None:
        """Send dbt's arguments, and the file for what became of each node."""
        with contextlib.suppress(BrokenPipeError), cast("IO[bytes]", self.process.stdin):
            self.send(to_line({"arguments": list(arguments), "results": str(results)}))


def start_worker(settings: Settings) -> DbtWorker:
    """The worker that `preloaded_worker` has started, or a new one; the caller ends it."""
    return _preloaded.pop() if _preloaded else _start(settings)


@contextlib.contextmanager
def preloaded_worker(settings: Settings) -> Iterator[None]:
    """Start a worker early, which `start_worker` then returns."""
    with started_ahead(_preloaded, lambda: _start(settings)):
        yield


def _start(settings: Settings) -> DbtWorker:
    snapshot = take_snapshot(settings)
    worker = DbtWorker(start_program(PROGRAM, PROJECT_DIR, errors=subprocess.STDOUT), snapshot)
    worker.send(to_line(dbt_environment(settings)))
    return worker
