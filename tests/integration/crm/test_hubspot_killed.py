"""Kill -9 at each request of a pull: the next pull ends in the same landed rows."""

import os
import shutil
import signal
from pathlib import Path

import pytest

from lead_sla.crm.clock import Clock
from lead_sla.crm.moments import from_milliseconds
from lead_sla.crm.pulling import pull
from lead_sla.inputs.crm_sources import CrmSource
from lead_sla.settings import load_settings
from tests.support.command_line import FORKS
from tests.support.hubspot.exchange import Request
from tests.support.hubspot.server import TOKEN
from tests.support.pulls import SMALL_PAGES, Account, account

NAMES = ("contacts", "deals", "merges")


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, size in SMALL_PAGES:
        monkeypatch.setattr(module, name, size)


def pull_once(home: Path, url: str, now: int) -> None:
    """What the killed process runs."""
    for module, name, size in SMALL_PAGES:
        setattr(module, name, size)
    settings = load_settings(home=home, hubspot_token=TOKEN, hubspot_url=url)
    clock = Clock(lambda: from_milliseconds(now), lambda _: None)
    pull(settings, CrmSource("hubspot", "hubspot", "region"), lambda _: None, clock)


def pull_killed_at(fake: Account, number: int) -> None:
    """A pull in a process of its own, which is killed when it makes its nth request."""
    process = FORKS.Process(target=pull_once, args=(fake.home, fake.server.url, fake.company.now))
    fake.server.forget()

    def kill(request: Request) -> None:
        if request.number == number:
            assert process.pid
            os.kill(process.pid, signal.SIGKILL)

    fake.server.faults.on_request = kill
    fake.server.limits.searches_a_second = None  # the clock of the process stands still
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    fake.server.faults.clear()


def landed(fake: Account) -> dict[str, list[str]]:
    return {name: sorted(map(repr, fake.rows(name))) for name in NAMES}


def kill_at_each_request(fake: Account) -> int:
    """Compare what lands after each kill with what lands without one; returns the number of requests."""
    before, home = fake.home.with_name("before"), fake.home
    home.mkdir(exist_ok=True)
    shutil.copytree(home, before)
    now = fake.company.now
    fake.server.forget()
    fake.pull()
    requests, expected = len(fake.server.requests), landed(fake)
    for number in range(1, requests + 1):
        shutil.rmtree(home)
        shutil.copytree(before, home)
        fake.company.now = now
        pull_killed_at(fake, number)
        fake.pull()
        assert landed(fake) == expected, f"killed at request {number}"
    shutil.rmtree(before)
    return requests


@pytest.mark.soak
def test_a_backfill_that_is_killed_at_any_request(tmp_path: Path) -> None:
    with account(tmp_path / "home") as fake:
        assert kill_at_each_request(fake) > 8


def test_a_daily_pull_that_is_killed_at_any_request(tmp_path: Path) -> None:
    with account(tmp_path / "home") as fake:
        fake.pull()
        fake.pass_days(7)
        a, b, c, d, e, *_ = fake.company.ids("contacts")
        deals = fake.company.ids("deals")
        fake.company.edit("contacts", a, region="americas")
        fake.company.merge("contacts", b, c)
        fake.company.merge("deals", deals[0], deals[1])
        fake.company.archive("contacts", d)
        fake.company.delete("contacts", e)
        fake.company.associate(deals[-1], a)
        fake.company.edit("deals", deals[2], dealstage="lost")
        fake.company.pass_time(3600)
        assert kill_at_each_request(fake) > 15
        fake.assert_complete()
