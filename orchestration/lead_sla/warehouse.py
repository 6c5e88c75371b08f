"""The warehouse file: how it is opened, and the lock that keeps it to one writer.

DuckDB lets one process write. The command line, the Dagster daemon and a person can collide, so every one of them
takes an operating-system lock first; the system itself frees it when a process dies, however it dies.
"""

import contextlib
import json
import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from lead_sla.errors import LeadSlaError
from lead_sla.settings import Settings, make_folder

POLL_SECONDS = 0.2
HELD_BY = re.compile(r"Conflicting lock is held in .*?\(PID (\d+)\)")


class LockHeldError(LeadSlaError):
    """Another refresh holds the warehouse and did not finish while we waited."""


def connect(settings: Settings, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open the warehouse with the configured limits, in UTC; the caller closes it.

    A reader must be told `read_only`, but still belongs inside `hold_lock`: DuckDB does not mix the two kinds.
    """
    make_spill_dir(settings)
    connection = duckdb.connect(str(settings.warehouse_path), read_only=read_only, config=limits(settings))
    connection.execute("set TimeZone = 'UTC'")
    return connection


def make_spill_dir(settings: Settings) -> None:
    """Make the folder that DuckDB spills to; who only reads the published mart has no need, and perhaps no right, to.

    Raises:
        InputError: it cannot be made or written to.
    """
    make_folder(settings.spill_dir, "temp_directory" if settings.temp_directory else "home")


def limits(settings: Settings) -> dict[str, str | bool | int | float | list[str]]:
    """DuckDB's settings for every connection of ours. Extensions are never fetched from outside."""
    return {
        "memory_limit": settings.memory_limit,
        "threads": str(settings.threads),
        "temp_directory": str(settings.spill_dir),
        "autoinstall_known_extensions": "false",
    }


@contextlib.contextmanager
def hold_lock(
    settings: Settings,
    purpose: str,
    *,
    wait_seconds: float = 3600,
    tell: Callable[[str], None] = print,
) -> Iterator[None]:
    """Hold the warehouse for `purpose`; a waiter is told once who has it.

    Raises:
        LockHeldError: it was not free within `wait_seconds`.
    """
    make_folder(settings.home, "home")
    lock = FileLock(_lock_path(settings))
    deadline = time.monotonic() + wait_seconds
    told = False
    while not lock.is_locked:
        try:
            lock.acquire(timeout=0)
        except Timeout as held:
            holder = describe_holder(settings)
            if time.monotonic() >= deadline:
                raise LockHeldError(
                    f"The warehouse is held by {holder}. Wait until that has finished, or stop it, and run again."
                ) from held
            if not told:
                tell(f"Waiting for the warehouse, which is held by {holder}.")
                told = True
            time.sleep(POLL_SECONDS)
    try:
        _write_holder(settings, purpose)
        _outwait_orphan(settings, deadline, tell)
        yield
    finally:
        _holder_path(settings).unlink(missing_ok=True)
        lock.release()


def _outwait_orphan(settings: Settings, deadline: float, tell: Callable[[str], None]) -> None:
    """Wait for a process that a killed refresh has left behind: it writes on, and only DuckDB's own lock shows it."""
    told = False
    while settings.warehouse_path.exists():
        try:
            connect(settings).close()
        except duckdb.IOException as error:
            left_behind = HELD_BY.search(str(error))
            if left_behind is None:
                return  # whoever needs the warehouse will say better what is wrong with it
            if time.monotonic() >= deadline:
                raise LockHeldError(
                    f"The warehouse is still open in process {left_behind[1]}, which an earlier refresh has left "
                    "behind. Stop that process, and run again."
                ) from error
            if not told:
                tell(f"Waiting for process {left_behind[1]}, which an earlier refresh has left behind, to finish.")
                told = True
            time.sleep(POLL_SECONDS)
        else:
            return


def current_holder(settings: Settings) -> str | None:
    """Who holds the warehouse now, or None when it is free."""
    if not _lock_path(settings).exists():
        return None
    lock = FileLock(_lock_path(settings))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return describe_holder(settings)
    lock.release()
    return None


def describe_holder(settings: Settings) -> str:
    """The holder's note in words; the note can be missing for an instant after the lock was taken."""
    try:
        note = json.loads(_holder_path(settings).read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return "another process"
    return f"{note['purpose']} (process {note['pid']} on {note['host']}, since {note['since']})"


def _write_holder(settings: Settings, purpose: str) -> None:
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    note = {"purpose": purpose, "pid": os.getpid(), "host": socket.gethostname(), "since": since}
    _holder_path(settings).write_text(json.dumps(note))


def _lock_path(settings: Settings) -> Path:
    return settings.home / "warehouse.lock"


def _holder_path(settings: Settings) -> Path:
    return settings.home / "warehouse.lock.json"
