"""DAGSTER_HOME: the folder with the run history, created and configured if it does not exist.

`python -m lead_sla.pipeline.dagster_home` prepares it and prints its path. Followed by a program of Dagster and its
arguments, it runs that program with DAGSTER_HOME and with the settings that are exported: Dagster itself puts the
values of `.env`, also empty ones, over what is exported, in each process that it starts.
"""

import json
import os
import shutil
import sys
from pathlib import Path

from lead_sla.errors import InputError
from lead_sla.settings import PREFIX, Settings, load_settings, make_folder
from lead_sla.telemetry import switch_off
from lead_sla.transform.project import read_rules

TEMPLATE = Path(__file__).with_name("dagster.yaml")
EXPORTED = "EXPORTED_LEAD_SLA"  # the exported settings as JSON, under a name that no .env has


def prepare_dagster_home(settings: Settings) -> Path:
    """Create the folder with our configuration, unless it already has one."""
    make_folder(settings.dagster_home, "home")
    configuration = settings.dagster_home / TEMPLATE.name
    if not configuration.exists():
        shutil.copyfile(TEMPLATE, configuration)
    return settings.dagster_home


def load_exported_settings() -> Settings:
    """The settings in a process of Dagster: those that were exported when it was started win over `.env`.

    Raises:
        InputError: a setting is invalid.
    """
    os.environ.update(json.loads(os.environ.get(EXPORTED, "{}")))
    return load_settings()


def main(program: list[str]) -> None:
    """Prepare the folder, and replace this process by the program if there is one.

    What people write wrong is printed here as its message: Dagster would print it below a traceback.
    """
    try:
        settings = load_settings()
        home = prepare_dagster_home(settings)
        if program:
            read_rules(settings)
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    if not program:
        print(home)
        return
    exported = {name: value for name, value in os.environ.items() if name.startswith(PREFIX)}
    environment = os.environ | {"DAGSTER_HOME": str(home), EXPORTED: json.dumps(exported)}
    os.execvpe(program[0], program, environment)  # noqa: S606 - what the user has written


if __name__ == "__main__":
    switch_off()
    main(sys.argv[1:])
