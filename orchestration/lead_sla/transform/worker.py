"""dbt in a process of its own, which loads dbt and the project while other things are done, and then waits.

Loading takes as long as Dagster's start and a day's landing. The process is its own so that dbt's hold on the warehouse
ends with it, and so that it works while this one does. What belongs here: starting and ending it; this module must load
quickly. What does not: what it is told (`assets.py`) and what it does (`worker_process.py`).
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

PROGRAM = "lead_sla.transform.worker_process"
PATIENCE_SECONDS = 20

_ahead: list["DbtWorker"] = []


@dataclass(frozen=True)
class DbtWorker:
    """A process that carries out one dbt command, and prints dbt's events as dagster-dbt reads them."""

    process: subprocess.Popen[bytes]

    def order(self, arguments: Sequence[str]) -> None:
        """Tell it dbt's arguments."""
        # If it has ended already, its output says why, which is read next.
        with contextlib.suppress(BrokenPipeError), cast("IO[bytes]", self.process.stdin) as order:
            order.write(_line(list(arguments)))

    def end(self) -> None:
        """Stop what is waiting or still running; DuckDB takes back what was not committed."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def start_worker(settings: Settings) -> DbtWorker:
    """The worker that `worker_ahead` has started, or else a new one; the caller ends it."""
    return _ahead.pop() if _ahead else _start(settings)


@contextlib.contextmanager
def worker_ahead(settings: Settings) -> Iterator[None]:
    """Start a worker before whoever needs it is there to ask, which `start_worker` then hands out."""
    _ahead.append(_start(settings))
    try:
        yield
    finally:
        while _ahead:
            _ahead.pop().end()


def _start(settings: Settings) -> DbtWorker:
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
    return DbtWorker(process)


def _line(message: Any) -> bytes:
    return json.dumps(message).encode() + b"\n"
