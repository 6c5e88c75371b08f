"""The program of the process that runs dbt; see `worker.py`.

It reads from its input a line with the environment variables for the paths of project, seeds and warehouse, and later a
line with dbt's arguments and the file for its results, both as JSON. It prints dbt's events as JSON, one per line. It
ends with dbt, when its input ends, or when its output is closed.
"""

import contextlib
import json
import os
import sys
from pathlib import Path

from lead_sla.garbage import end_quickly, loading
from lead_sla.telemetry import switch_off

ENDED_BY_HAND = 130


def main() -> int:
    """Load dbt and the project, wait for the arguments, run dbt."""
    switch_off()
    end_quickly()
    os.environ.update(json.loads(sys.stdin.readline()))
    with loading():
        from lead_sla.transform.running import parse, run  # noqa: PLC0415 - what takes seconds

        manifest = parse(Path(os.environ["DBT_TARGET_PATH"]), Path(os.environ["DBT_SEEDS_DIR"]))
    order = sys.stdin.readline()
    return run(manifest, **json.loads(order)) if order else 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(ENDED_BY_HAND)
