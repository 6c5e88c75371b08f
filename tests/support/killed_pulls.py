"""Pulls that are killed at each request, whichever CRM they read."""

import importlib
import os
import shutil
import signal
from collections.abc import Sequence
from datetime import datetime
from types import ModuleType
from typing import Any

import pytest

from lead_sla.crm.clock import Clock
from lead_sla.crm.pulling import pull
from lead_sla.inputs.crm_sources import CrmSource
from lead_sla.settings import Settings
from tests.support.command_line import FORKS

Sizes = Sequence[tuple[str, str, int]]  # module, constant, value


def pull_once(settings: Settings, source: CrmSource, now: datetime, environment: dict[str, str], sizes: Sizes) -> None:
    """What the killed process runs, in which the clock stands still."""
    os.environ.update(environment)
    for module, name, size in sizes:
        setattr(importlib.import_module(module), name, size)
    pull(settings, source, lambda _: None, Clock(lambda: now, lambda _: None))


def kill_at_each_request(fake: Any, names: Sequence[str], sizes: Sequence[tuple[ModuleType, str, int]]) -> int:
    """Compare what lands after each kill with what lands without one; returns the number of requests.

    Args:
        fake: the folder and the CRM.
        names: of the folders to compare.
        sizes: constants of modules that make pages and slices small, in this process and in those that are killed.
    """
    with pytest.MonkeyPatch.context() as patched:
        for module, name, size in sizes:
            patched.setattr(module, name, size)
        return _kill_at_each_request(fake, names, [(module.__name__, name, size) for module, name, size in sizes])


def _kill_at_each_request(fake: Any, names: Sequence[str], sizes: Sizes) -> int:
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
        _pull_killed_at(fake, number, sizes)
        fake.pull()
        assert _landed(fake, names) == expected, f"killed at request {number}"
    shutil.rmtree(before)
    return requests


def _pull_killed_at(fake: Any, number: int, sizes: Sizes) -> None:
    """A pull in a process of its own, which is killed when it makes its nth request."""
    arguments = (fake.settings, fake.source, fake.clock.now(), fake.environment, sizes)
    process = FORKS.Process(target=pull_once, args=arguments)
    fake.server.forget()

    def kill(request: Any) -> None:
        if request.number == number:
            assert process.pid
            os.kill(process.pid, signal.SIGKILL)

    fake.server.faults.on_request = kill
    fake.allow_still_clock()
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    fake.server.faults.clear()


def _landed(fake: Any, names: Sequence[str]) -> dict[str, list[str]]:
    return {name: sorted(map(repr, fake.rows(name))) for name in names}
