"""The program of a process that runs one dbt command; see `run_dbt` in `project.py`.

On its input it gets one line of JSON: the environment variables and dbt's arguments.
"""

import json
import os
import sys

from dbt.cli.main import cli

from lead_sla.telemetry import switch_off

if __name__ == "__main__":
    switch_off()
    order = json.loads(sys.stdin.readline())
    os.environ.update(order["environment"])
    cli(order["arguments"])
