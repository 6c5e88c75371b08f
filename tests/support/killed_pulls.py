"""Pulls that are killed at each request, whichever CRM they read."""

import os
import shutil
import signal
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lead_sla.crm.clock import Clock
from lead_sla.crm.pulling import pull
from lead_sla.inputs.crm_sources import CrmSource
from lead_sla.settings import Settings
from tests.support.command_line import FORKS


def pull_once(settings: Settings, source: CrmSource, now: datetime, environment: dict[str, str]) -> None:
    """What the killed process runs."""
    os.environ.update(environment)
    pull(settings, source, lambda _: None, Clock(lambda: now, lambda _: None))


def kill_at_each_request(fake: Any, names: Sequence[str]) -> int:
    """Compare what lands after each kill with what lands without one; returns the number of requests."""
    before, home = fake.home.with_name("before"), fake.home
    home.mkdir(exist_ok=True)
    shutil.copytree(home, before)
    now = fake.company.now
    fake.server.forget()
    fake.pull()
    requests, expected = len(fake.server.requests), _landed(fake, names)
    for number in range(1, requests + 1):
        shutil.rmtree(home)
        shutil.copytree(before, home)
        fake.company.now = now
        _pull_killed_at(fake, number)
        fake.pull()
        assert _landed(fake, names) == expected, f"killed at request {number}"
    shutil.rmtree(before)
    return requests


def _pull_killed_at(fake: Any, number: int) -> None:
    """A pull in a process of its own, which is killed when it makes its nth request."""
    arguments = (fake.settings, fake.source, fake.clock.now(), fake.environment)
    process = FORKS.Process(target=pull_once, args=arguments)
    fake.server.forget()

    def kill(request: Any) -> None:
        if request.number == number:
            assert process.pid
            os.kill(process.pid, signal.SIGKILL)

    fake.server.faults.on_request = kill
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    fake.server.faults.clear()


def _landed(fake: Any, names: Sequence[str]) -> dict[str, list[str]]:
    return {name: sorted(map(repr, fake.rows(name))) for name in names}
