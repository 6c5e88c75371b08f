"""Exported settings win over `.env` in every process of Dagster, as in the command line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lead_sla.pipeline.dagster_home import TEMPLATE
from lead_sla.settings import PREFIX

# What Dagster loads in this test, in a process that it starts; `definitions.py` takes its settings in the same way.
SHOWN = """
import json
from pathlib import Path
import dagster as dg
from lead_sla.pipeline.dagster_home import load_exported_settings

settings = load_exported_settings()
seen = {"home": str(settings.home), "currency": settings.reporting_currency, "zone": settings.business_timezone}
Path("seen.json").write_text(json.dumps(seen))
defs = dg.Definitions(jobs=[dg.GraphDefinition(name="empty").to_job()])
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / ".env").write_text(
        "LEAD_SLA_HOME=\nLEAD_SLA_REPORTING_CURRENCY=EUR\nLEAD_SLA_BUSINESS_TIMEZONE=Asia/Tokyo\n"
    )
    inherited = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "DAGSTER_"))}
    return inherited | {"LEAD_SLA_HOME": str(tmp_path / "exported"), "LEAD_SLA_REPORTING_CURRENCY": "CHF"}


def run(folder: Path, environment: dict[str, str], *program: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lead_sla.pipeline.dagster_home", *program]
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)


def test_a_program_of_dagster_sees_what_is_exported(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "shown.py").write_text(SHOWN)
    dagster = str(Path(sys.executable).with_name("dagster"))
    found = run(tmp_path, environment, dagster, "definitions", "validate", "-f", "shown.py")
    assert found.returncode == 0, found.stdout + found.stderr
    assert json.loads((tmp_path / "seen.json").read_text()) == {
        "home": str(tmp_path / "exported"),
        "currency": "CHF",
        "zone": "Asia/Tokyo",
    }


def test_without_a_program_the_folder_is_prepared_and_named(tmp_path: Path, environment: dict[str, str]) -> None:
    found = run(tmp_path, environment)
    folder = tmp_path / "exported" / "dagster"
    assert found.stdout == f"{folder}\n"
    assert (folder / TEMPLATE.name).read_text() == TEMPLATE.read_text()


@pytest.mark.parametrize("program", [(), ("dagster", "dev")], ids=["no program", "dev"])
@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "LEAD_SLA_BUSINESS_TIMEZONE",
            "Mars",
            "LEAD_SLA_BUSINESS_TIMEZONE: 'Mars' is not an IANA time zone; use a name",
        ),
        ("LEAD_SLA_HOME", "/proc/company", "LEAD_SLA_HOME: the folder /proc/company/dagster cannot be created"),
    ],
)
def test_a_wrong_setting_is_printed_as_its_message_alone(
    tmp_path: Path, environment: dict[str, str], program: tuple[str, ...], name: str, value: str, message: str
) -> None:
    found = run(tmp_path, environment | {name: value}, *program)
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith(message)
    assert found.stderr.count("\n") == 1


def test_a_wrong_rule_is_printed_before_a_program_of_dagster_starts(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    feeds = tmp_path / "feeds.yml"
    (tmp_path / "rules.yml").write_text("maturity_days: 0\n")
    found = run(tmp_path, environment | {"LEAD_SLA_FEEDS": str(feeds)}, "dagster", "dev")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith("rules.yml, line 1, rule maturity_days: 0 is not allowed.")
