"""Processes that load a library in the background and then wait for orders.

A worker reads its orders from its input and ends with it, so that it never outlives the process that started it. This
module must load quickly.
"""

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar, cast

PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class Worker:
    """A process of ours."""

    process: subprocess.Popen[bytes]

    def end(self) -> None:
        """Stop the process; DuckDB rolls back what was not committed."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def send(self, message: bytes) -> None:
        """Write a line to its input. If it has already ended, its output, which is read next, contains the reason."""
        with contextlib.suppress(BrokenPipeError):
            orders = cast("IO[bytes]", self.process.stdin)
            orders.write(message + b"\n")
            orders.flush()


AnyWorker = TypeVar("AnyWorker", bound=Worker)


def start_program(module: str, folder: Path, errors: int | None = None) -> subprocess.Popen[bytes]:
    """Start a module of ours, with pipes for its input and output; `errors` is where its error output goes."""
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", module],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
    )


@contextlib.contextmanager
def started_ahead(workers: list[AnyWorker], start: Callable[[], AnyWorker]) -> Iterator[None]:
    """Start a worker and put it into `workers`; it is ended if nobody has taken it from there."""
    workers.append(start())
    try:
        yield
    finally:
        while workers:
            workers.pop().end()


def to_line(message: Any) -> bytes:
    """A message as one line of JSON."""
    return json.dumps(message).encode()
