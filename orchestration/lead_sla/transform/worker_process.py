"""The program of the process that runs dbt; see `worker.py`.

On its input it gets a line with the environment variables that say where project, seeds and warehouse are, and later a
line with dbt's arguments, both as JSON. It prints dbt's events as JSON, one a line. It ends with dbt, when its input
ends, or when nobody reads its output any more.
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

# dbt puts every event into words once for its log and once for the terminal, whether they show it or not, which takes
# a third of its time. Here only what `tell` prints is.
SILENT = ["--log-level", "none", "--log-level-file", "none"]
ENDED_BY_HAND = 130
ABANDONED = 3


def main() -> int:
    """Load the project, wait for the arguments, run dbt."""
    switch_off()
    os.environ.update(json.loads(sys.stdin.readline()))
    with hold_manifest(Path(os.environ["DBT_TARGET_PATH"]), Path(os.environ["DBT_SEEDS_DIR"])) as is_current:
        # Written once, it is left alone: others read it.
        parsed = dbtRunner().invoke([*SILENT, *(["--no-write-json"] if is_current else []), "parse"])
        if not parsed.success:
            raise SystemExit(f"dbt cannot read the project: {_in_words(parsed.exception)}")
    gc.freeze()  # the project stays to the end, so that nobody has to look through it for garbage
    order = sys.stdin.readline()
    if not order:
        return 0
    done = dbtRunner(cast("Manifest", parsed.result), [tell]).invoke([*SILENT, *json.loads(order)])
    if done.exception:
        raise SystemExit(f"dbt broke off: {_in_words(done.exception)}")
    return int(not done.success)


def tell(event: EventMsg) -> None:
    """Print an event, unless it is for those who mend dbt. Who has nobody to tell stops where it is.

    The warehouse takes back what is not committed. An error would end the thread of dbt that comes here, and leave the
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
    return "".join(traceback.format_exception_only(problem)).strip() if problem else "it does not say why."


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(ENDED_BY_HAND)
