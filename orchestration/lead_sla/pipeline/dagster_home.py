"""DAGSTER_HOME: the folder with the run history, created and configured if it does not exist.

`python -m lead_sla.pipeline.dagster_home` prepares it and prints its path, for `dagster dev`.
"""

import shutil
from pathlib import Path

from lead_sla.settings import Settings, load_settings, make_folder
from lead_sla.telemetry import switch_off

TEMPLATE = Path(__file__).with_name("dagster.yaml")


def prepare_dagster_home(settings: Settings) -> Path:
    """Create the folder with our configuration, unless it already has one."""
    make_folder(settings.dagster_home, "home")
    configuration = settings.dagster_home / TEMPLATE.name
    if not configuration.exists():
        shutil.copyfile(TEMPLATE, configuration)
    return settings.dagster_home


if __name__ == "__main__":
    switch_off()
    print(prepare_dagster_home(load_settings()))
