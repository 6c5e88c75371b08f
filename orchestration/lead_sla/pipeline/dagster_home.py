"""DAGSTER_HOME: the folder with the run history, made and configured when it is not there.

`python -m lead_sla.pipeline.dagster_home` prepares it and prints its path, for `dagster dev`.
"""

import shutil
from pathlib import Path

from lead_sla.settings import Settings, load_settings, make_folder
from lead_sla.telemetry import switch_off

TEMPLATE = Path(__file__).with_name("dagster.yaml")


def prepare_dagster_home(settings: Settings) -> Path:
    """Make the folder and put our configuration into it, unless somebody has put one there already."""
    make_folder(settings.dagster_home, "home")
    configuration = settings.dagster_home / TEMPLATE.name
    if not configuration.exists():
        shutil.copyfile(TEMPLATE, configuration)
    return settings.dagster_home


if __name__ == "__main__":
    switch_off()
    print(prepare_dagster_home(load_settings()))
