"""`make demo-crm`: the sample company in a fake HubSpot, pulled, refreshed and shown."""

import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lead_sla.settings import PREFIX, load_settings
from tests.support.command_line import LEAD_SLA
from tests.support.hubspot.loading import load_sample
from tests.support.hubspot.server import running

COMMANDS = (("pull",), ("refresh", "--without-pull"), ("status",))


def show(home: Path) -> None:
    """Run the commands in the folder of the company, against the fake, whose account is another one each time."""
    shutil.rmtree(home, ignore_errors=True)
    sample = load_sample(datetime.now(UTC).date() - timedelta(days=1))
    sample.write_folder(home)
    with running(sample.company) as hubspot:
        others = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        access = {f"{PREFIX}HUBSPOT_TOKEN": hubspot.token, f"{PREFIX}HUBSPOT_URL": hubspot.url}
        for command in COMMANDS:
            print(f"$ lead-sla {' '.join(command)}", flush=True)
            subprocess.run([LEAD_SLA, *command], cwd=home, env=others | access, check=True)
    print(f"To look around: cd {home}")


if __name__ == "__main__":
    show(load_settings().home / "demo-crm")
