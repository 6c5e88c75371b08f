"""The warehouse file: opening it, and the lock that restricts it to one writer.

DuckDB allows one process to write. The command line, the Dagster daemon and users can collide, so each of them
acquires an operating-system lock first, which the system releases when the process ends in any way.
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
HELD_BY = re.compile(r"Conflicting lock is held in (.*?) \(PID (\d+)\)")
LONGEST_COMMAND = 100


class LockHeldError(LeadSlaError):
    """Another process holds the lock and did not finish in time."""


class WarehouseOpenError(LockHeldError):
    """Another process has the warehouse open without our lock, such as `dbt build` by hand; `process` is its name."""

    def __init__(self, process: str) -> None:
        super().__init__(
            f"The warehouse is open in {process}. Wait until it has finished, or stop it, and rerun the command."
        )
        self.process = process


def connect(settings: Settings, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open the warehouse with the configured limits, in UTC; the caller closes it.

    Use `hold_lock` also with `read_only`, because DuckDB does not allow readers beside a writer.

    Raises:
        WarehouseOpenError: another process has it open.
    """
    make_spill_dir(settings)
    try:
        connection = duckdb.connect(str(settings.warehouse_path), read_only=read_only, config=limits(settings))
    except duckdb.IOException as error:
        held = HELD_BY.search(str(error))
        if held is None:
            raise
        raise WarehouseOpenError(_describe_process(program=held[1], pid=int(held[2]))) from error
    connection.execute("set TimeZone = 'UTC'")
    return connection


@contextlib.contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit what is done in the block, or nothing of it if it ends with an error."""
    connection.execute("begin")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def make_spill_dir(settings: Settings) -> None:
    """Create the folder for DuckDB's temporary files, which readers of the mart may not be permitted to.

    Raises:
        InputError: it cannot be created or is not writable.
    """
    make_folder(settings.spill_dir, "temp_directory" if settings.temp_directory else "home")


def limits(settings: Settings) -> dict[str, str | bool | int | float | list[str]]:
    """DuckDB's settings for every connection. Extensions are never downloaded."""
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
    log: Callable[[str], None] = print,
) -> Iterator[None]:
    """Hold the lock of the warehouse for `purpose`; logs once who holds it if it has to wait.

    Raises:
        LockHeldError: it was not free within `wait_seconds`.
    """
    make_folder(settings.home, "home")
    lock = FileLock(_lock_path(settings))
    deadline = time.monotonic() + wait_seconds
    is_logged = False
    while not lock.is_locked:
        try:
            lock.acquire(timeout=0)
        except Timeout as held:
            holder = describe_holder(settings)
            if time.monotonic() >= deadline:
                raise LockHeldError(
                    f"The warehouse is held by {holder}. Wait until it has finished, or stop it, and rerun the command."
                ) from held
            if not is_logged:
                log(f"Waiting for the warehouse, which is held by {holder}.")
                is_logged = True
            time.sleep(POLL_SECONDS)
    try:
        _write_holder(settings, purpose)
        _wait_until_closed(settings, deadline, log)
        yield
    finally:
        _holder_path(settings).unlink(missing_ok=True)
        lock.release()


def _wait_until_closed(settings: Settings, deadline: float, log: Callable[[str], None]) -> None:
    """Wait for a process that holds DuckDB's own lock: dbt by hand, or the child process of a killed refresh."""
    is_logged = False
    while (process := _find_process(settings)) is not None:
        if time.monotonic() >= deadline:
            raise WarehouseOpenError(process)
        if not is_logged:
            log(f"Waiting for the warehouse, which is held by {process}.")
            is_logged = True
        time.sleep(POLL_SECONDS)


def current_holder(settings: Settings) -> str | None:
    """The holder of the lock, or the process that has the warehouse open without it; None if it is free."""
    if not _lock_path(settings).exists() and not settings.warehouse_path.exists():
        return None
    lock = FileLock(_lock_path(settings))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return describe_holder(settings)
    try:
        return _find_process(settings)
    finally:
        lock.release()


def _find_process(settings: Settings) -> str | None:
    """The process that has the warehouse open; the caller holds our lock, so it is one that did not ask for it."""
    if not settings.warehouse_path.exists():
        return None
    try:
        connect(settings).close()  # also a process that only reads would stop a writer
    except WarehouseOpenError as error:
        return error.process
    except duckdb.Error:
        return None  # the caller reports why the warehouse cannot be opened
    return None


def _describe_process(*, program: str, pid: int) -> str:
    """A process by its number and its command, which only Linux shows in a file; elsewhere by its program."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ")
    except OSError:
        command = ""
    shown = " ".join((command or program).split())
    return f"process {pid} ({shown[:LONGEST_COMMAND]}{'...' if len(shown) > LONGEST_COMMAND else ''})"


def describe_holder(settings: Settings) -> str:
    """The holder of the lock as text; its note can be missing for an instant after the lock was acquired."""
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
