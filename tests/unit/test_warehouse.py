"""The warehouse is written by one process at a time, also after another one was killed."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lead_sla.settings import Settings, load_settings
from lead_sla.warehouse import LockHeldError, WarehouseOpenError, connect, current_holder, hold_lock

# A process that has the database open without our lock: dbt by hand, or the child of a killed refresh.
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


def test_a_process_that_has_the_warehouse_open_is_waited_for(settings: Settings, orphan: subprocess.Popen[str]) -> None:
    logged: list[str] = []

    def let_it_end(message: str) -> None:
        logged.append(message)
        assert orphan.stdin is not None
        orphan.stdin.close()

    with hold_lock(settings, "a refresh", log=let_it_end):
        connect(settings).close()
    (line,) = logged
    assert line.startswith(f"Waiting for the warehouse, which is held by process {orphan.pid} ({sys.executable} -c")


def test_a_process_that_has_the_warehouse_open_is_its_holder(settings: Settings, orphan: subprocess.Popen[str]) -> None:
    named = rf"process {orphan.pid} \({sys.executable}"
    assert re.match(named, current_holder(settings) or "")
    with pytest.raises(WarehouseOpenError, match=rf"^The warehouse is open in {named}.*Wait until it has finished"):
        connect(settings)
    orphan.kill()
    orphan.wait()
    assert current_holder(settings) is None


def test_one_that_does_not_end_is_named(settings: Settings, orphan: subprocess.Popen[str]) -> None:
    started = time.monotonic()
    with (
        pytest.raises(LockHeldError, match=rf"is open in process {orphan.pid}.*or stop it, and rerun the command"),
        hold_lock(settings, "a refresh", wait_seconds=0.5, log=lambda _: None),
    ):
        pass
    assert time.monotonic() - started < 20
    orphan.kill()
    orphan.wait()
    with hold_lock(settings, "the next one", wait_seconds=0):
        pass
