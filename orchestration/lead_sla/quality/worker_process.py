"""The program of the process that runs suites; see `worker.py`.

It reads orders from its input, one per line, and prints an answer for each, both as JSON. It ends with its input.
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TextIO

from lead_sla.errors import CheckFailedError
from lead_sla.garbage import end_quickly, loading
from lead_sla.quality.runner import run_suite
from lead_sla.quality.worker import ANSWERS, ORDERS, Answer, Order
from lead_sla.telemetry import switch_off


def main() -> None:
    """Load Great Expectations, then answer orders until there are no more."""
    switch_off()
    end_quickly()
    with _only_answers() as output:
        with loading():
            import lead_sla.quality.expectations  # noqa: F401, PLC0415 - what takes seconds
        for line in sys.stdin:
            print(ANSWERS.dump_json(_answer(ORDERS.validate_json(line))).decode(), file=output, flush=True)


def _answer(order: Order) -> Answer:
    try:
        return Answer(result=run_suite(order.settings, order.suite))
    except CheckFailedError as error:
        return Answer(failure=str(error))


@contextlib.contextmanager
def _only_answers() -> Iterator[TextIO]:
    """The output of this process, to which libraries cannot print meanwhile; what they print goes to the errors."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as output:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        yield output


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        main()
