"""The libraries that a refresh imports, for the server from which `command_line.py` forks its processes."""

import gc

from lead_sla.telemetry import switch_off

switch_off()

import altair  # noqa: E402, F401
import dagster  # noqa: E402, F401
import dagster_dbt  # noqa: E402, F401
import duckdb  # noqa: E402, F401
import great_expectations  # noqa: E402, F401
import jinja2  # noqa: E402, F401
import typer  # noqa: E402, F401

gc.freeze()  # needed to the end, so garbage collection can skip them
