"""dbt in this process: parsing the project, and running a command whose events are printed; importing takes seconds.

What belongs here: what uses dbt itself. What does not: the process around it, which is in `worker_process.py`.
"""

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from dbt.artifacts.schemas.run import RunExecutionResult
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.base_types import EventMsg
from dbt_common.events.functions import msg_to_json

from lead_sla.transform.project import hold_manifest

# dbt formats every event once for its log and once for the terminal, even if neither shows it, which takes
# a third of its time. Here only the events that `print_event` prints are formatted.
SILENT = ["--log-level", "none", "--log-level-file", "none"]
ABANDONED = 3


def parse(folder: Path, seeds: Path) -> Manifest:
    """The project as dbt reads it, whose manifest is kept in `folder`."""
    with hold_manifest(folder, seeds) as is_current:
        # An existing manifest is not written again, because others read it.
        parsed = dbtRunner().invoke([*SILENT, *(["--no-write-json"] if is_current else []), "parse"])
        if not parsed.success:
            raise SystemExit(f"dbt cannot parse the project: {_in_words(parsed.exception)}")
    return cast("Manifest", parsed.result)


def run(manifest: Manifest, arguments: Sequence[str], results: str) -> int:
    """Run a dbt command on the parsed project, print its events, and write what became of each node to `results`.

    dbt itself would write the manifest too, in seconds, after the last model.

    Returns:
        The exit code.
    """
    done = dbtRunner(manifest, [print_event]).invoke([*SILENT, "--no-write-json", *arguments])
    if done.exception:
        raise SystemExit(f"dbt failed: {_in_words(done.exception)}")
    if isinstance(done.result, RunExecutionResult):
        done.result.write(results)
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
