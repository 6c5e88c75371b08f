"""The one place where the telemetry of dbt, Dagster, dlt and Great Expectations is switched off."""

import os

OFF = {
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DAGSTER_DISABLE_TELEMETRY": "yes",
    "GX_ANALYTICS_ENABLED": "false",
    "RUNTIME__DLTHUB_TELEMETRY": "false",
}


def switch_off() -> None:
    """Set every library's own switch in this process's environment, which its children inherit.

    Each program of ours does this first: the command line, what Dagster loads, and dbt's process.
    """
    os.environ.update(OFF)
