"""200,000 contacts: how many calls a backfill takes, how long, and how much memory."""

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.command_line import environment_of
from tests.support.hubspot.company import HubSpotCompany
from tests.support.hubspot.server import TOKEN, running
from tests.support.pulls import SEGMENT, Account, add_stages

CONTACTS, DEALS = 200_000, 40_000
MOST_MEGABYTES = 500
# The peak of `getrusage` begins with that of the process that started this one; the kernel's own does not.
SCRIPT = """
import re
from pathlib import Path
from lead_sla.crm.pulling import pull
from lead_sla.inputs.crm_sources import CrmSource
from lead_sla.settings import load_settings
print(pull(load_settings(), CrmSource("hubspot", "hubspot", "region"), print).describe())
print("peak", int(re.findall(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[0]) // 1024, "MB")
"""


@pytest.mark.soak
def test_200000_contacts_in_less_than_500_megabytes(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    company = HubSpotCompany()
    company.add_property("contacts", SEGMENT)
    add_stages(company)
    for number in range(CONTACTS):
        company.pass_time(1)
        contact = company.add_contact(hs_analytics_source="ORGANIC_SEARCH", region="emea", lifecyclestage="lead")
        if number % (CONTACTS // DEALS) == 0:
            company.add_deal(contact, pipeline="default", dealstage="open", amount="100")
    with running(company) as server:
        fake = Account(company, server, tmp_path)
        began = time.monotonic()
        first = pull(fake)
        minutes = (time.monotonic() - began) / 60
        second = pull(fake)
    assert peak(first) < MOST_MEGABYTES
    assert peak(second) < MOST_MEGABYTES
    assert len(fake.current("contacts")) == CONTACTS
    calls = CONTACTS / 50 + DEALS / 50 + DEALS / 1000
    assert calls < int(re.findall(r"([\d,]+) calls", first.splitlines()[-2])[0].replace(",", "")) < calls + 60
    record_property(
        "tried", f"{first.splitlines()[-2]} {minutes:.1f} minutes, {peak(first)} MB, then {peak(second)} MB"
    )


def pull(fake: Account) -> str:
    """The output of a pull in a process of its own."""
    access = {"LEAD_SLA_HUBSPOT_TOKEN": TOKEN, "LEAD_SLA_HUBSPOT_URL": fake.server.url}
    environment = environment_of(fake.settings, access)
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, cwd=fake.home, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def peak(output: str) -> int:
    """The most memory that the process had, in megabytes."""
    return int(output.splitlines()[-1].split()[1])
