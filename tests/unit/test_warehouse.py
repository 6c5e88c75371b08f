"""The warehouse is written by one process at a time, also after another one was killed."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lead_sla.settings import Settings, load_settings
from lead_sla.warehouse import LockHeldError, connect, hold_lock

# What a killed refresh leaves behind: a child that has the database open and knows nothing of the lock.
ORPHAN = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = load_settings(home=tmp_path)
    connect(settings).close()
    return settings


@pytest.fixture
def orphan(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", ORPHAN, str(settings.warehouse_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process
        process.kill()


def test_a_process_that_was_left_behind_is_waited_for(settings: Settings, orphan: subprocess.Popen[str]) -> None:
    told: list[str] = []

    def let_it_end(message: str) -> None:
        told.append(message)
        assert orphan.stdin is not None
        orphan.stdin.close()

    with hold_lock(settings, "a refresh", log=let_it_end):
        connect(settings).close()
    assert told == [f"Waiting for process {orphan.pid}, which an interrupted refresh has left behind, to finish."]


def test_one_that_does_not_end_is_named(settings: Settings, orphan: subprocess.Popen[str]) -> None:
    started = time.monotonic()
    with (
        pytest.raises(
            LockHeldError, match=rf"still open in process {orphan.pid}.*Stop that process, and rerun the command"
        ),
        hold_lock(settings, "a refresh", wait_seconds=0.5, log=lambda _: None),
    ):
        pass
    assert time.monotonic() - started < 20
    orphan.kill()
    orphan.wait()
    with hold_lock(settings, "the next one", wait_seconds=0):
        pass
