"""Makes writing Dagster's run history cheap for the run of this process.

Dagster keeps its history in SQLite and opens and closes the file anew for each of the some five hundred events of a
refresh. SQLite then waits for the disk twice an event, which took a third of a refresh. Here a connection stays open as
long as the run lasts, so that closing the others is nothing special, and the disk is waited for at checkpoints only: a
power cut may lose the last events of the history, never its integrity.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine


@contextlib.contextmanager
def quick_history(dagster_home: Path, run_id: str) -> Iterator[None]:
    """Write the history of one run quickly for as long as the context lasts."""
    folder = dagster_home / "history"
    (folder / "runs").mkdir(parents=True, exist_ok=True)
    # Dagster sets up the two that are for all runs when they are missing, which they must be for it to notice.
    shared = [file for file in (folder / "runs" / "index.db", folder / "runs.db") if file.exists()]
    with contextlib.ExitStack() as held:
        for file in (folder / "runs" / f"{run_id}.db", *shared):
            held.callback(_hold(file).close)
        event.listen(Engine, "connect", _wait_at_checkpoints_only)
        held.callback(event.remove, Engine, "connect", _wait_at_checkpoints_only)
        yield


def _hold(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file)
    connection.execute("pragma journal_mode = wal")
    connection.execute("select count(*) from sqlite_master").fetchall()  # only one that has read holds the file
    return connection


def _wait_at_checkpoints_only(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma synchronous = normal")
