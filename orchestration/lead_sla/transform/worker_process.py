"""The program of the process that runs dbt; see `worker.py`.

It reads from its input a line with the environment variables for the paths of project, seeds and warehouse, and later a
line with dbt's arguments, both as JSON. It prints dbt's events as JSON, one per line. It ends with dbt, when its input
ends, or when its output is closed.
"""

import contextlib
import gc
import json
import os
import sys
import traceback
from pathlib import Path
from typing import cast

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.base_types import EventMsg
from dbt_common.events.functions import msg_to_json

from lead_sla.telemetry import switch_off
from lead_sla.transform.project import hold_manifest

# dbt formats every event once for its log and once for the terminal, even if neither shows it, which takes
# a third of its time. Here only the events that `print_event` prints are formatted.
SILENT = ["--log-level", "none", "--log-level-file", "none"]
ENDED_BY_HAND = 130
ABANDONED = 3


def main() -> int:
    """Load the project, wait for the arguments, run dbt."""
    switch_off()
    os.environ.update(json.loads(sys.stdin.readline()))
    with hold_manifest(Path(os.environ["DBT_TARGET_PATH"]), Path(os.environ["DBT_SEEDS_DIR"])) as is_current:
        # An existing manifest is not written again, because others read it.
        parsed = dbtRunner().invoke([*SILENT, *(["--no-write-json"] if is_current else []), "parse"])
        if not parsed.success:
            raise SystemExit(f"dbt cannot parse the project: {_in_words(parsed.exception)}")
    gc.freeze()  # the project is needed to the end, so garbage collection can skip it
    order = sys.stdin.readline()
    if not order:
        return 0
    done = dbtRunner(cast("Manifest", parsed.result), [print_event]).invoke([*SILENT, *json.loads(order)])
    if done.exception:
        raise SystemExit(f"dbt failed: {_in_words(done.exception)}")
    return int(not done.success)


def print_event(event: EventMsg) -> None:
    """Print an event above the debug level. Exits if the output is closed.

    The warehouse rolls back what is not committed. An exception would end only the calling thread of dbt, and leave the
    others waiting for it, with the warehouse open.
    """
    if event.info.level == "debug":
        return
    try:
        sys.stdout.write(msg_to_json(event) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os._exit(ABANDONED)


def _in_words(problem: BaseException | None) -> str:
    return "".join(traceback.format_exception_only(problem)).strip() if problem else "no reason given."


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(ENDED_BY_HAND)
