"""Great Expectations in a separate process, which loads it while Dagster starts, and then runs suites.

Loading it takes seconds, in which a refresh would wait with one of two cores idle. This module starts the process and
must load quickly; its program is in `worker_process.py`.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, cast

from pydantic import TypeAdapter

from lead_sla.errors import CheckFailedError
from lead_sla.processes import Worker, start_program, started_ahead
from lead_sla.quality.checks import Suite, SuiteResult
from lead_sla.settings import PROJECT_DIR, Settings

PROGRAM = "lead_sla.quality.worker_process"

_preloaded: list["SuiteWorker"] = []


@dataclass(frozen=True)
class Order:
    """A suite to run on the warehouse of a company."""

    settings: Settings
    suite: Suite


@dataclass(frozen=True)
class Answer:
    """The result of a suite, or why it could not run."""

    result: SuiteResult | None = None
    failure: str | None = None


ORDERS = TypeAdapter(Order)
ANSWERS = TypeAdapter(Answer)


class SuiteWorker(Worker):
    """A process that runs one suite after the other."""

    def run_suite(self, settings: Settings, suite: Suite) -> SuiteResult:
        """Run every check of a suite on the warehouse, which the caller has locked and closed.

        Raises:
            CheckFailedError: a check could not run, for instance because its table is missing.
            ChildProcessError: the process has ended; what it printed last says why.
        """
        self.send(ORDERS.dump_json(Order(settings, suite)))
        line = cast("IO[bytes]", self.process.stdout).readline()
        if not line:
            raise ChildProcessError(
                f"The process that runs the checks has ended with the code {self.process.wait()}; see the log."
            )
        answer = ANSWERS.validate_json(line)
        if answer.result is None:
            raise CheckFailedError(answer.failure)
        return answer.result


def start_suite_worker() -> SuiteWorker:
    """The worker that `preloaded_suite_worker` has started, or a new one; the caller ends it."""
    return _preloaded.pop() if _preloaded else _start()


@contextlib.contextmanager
def preloaded_suite_worker() -> Iterator[None]:
    """Start a worker early, which `start_suite_worker` then returns."""
    with started_ahead(_preloaded, _start):
        yield


def _start() -> SuiteWorker:
    return SuiteWorker(start_program(PROGRAM, PROJECT_DIR))
