"""`lead-sla` as its users run it: a process of its own, with settings in the environment."""

import os
import subprocess
import sys
from pathlib import Path

from lead_sla.settings import PREFIX, Settings

LEAD_SLA = str(Path(sys.executable).with_name("lead-sla"))


def lead_sla(settings: Settings, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command on the company of `settings` to its end."""
    process = start_lead_sla(settings, *arguments, **environment)
    output, errors = process.communicate(timeout=600)
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def start_lead_sla(settings: Settings, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start a command on the company of `settings`; its output can be read as text."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "DBT_", "DAGSTER_"))}
    places = {
        f"{PREFIX}HOME": str(settings.home),
        f"{PREFIX}SEEDS": str(settings.seeds),
        f"{PREFIX}FEEDS": str(settings.feeds),
    }
    return subprocess.Popen(
        [LEAD_SLA, *arguments],
        env=inherited | places | environment,
        cwd=settings.home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
