"""Speeds up writing Dagster's run history in this process, and forgets old runs.

Dagster stores its history in SQLite and makes an engine and a connection for each statement about one of six hundred
events of a refresh. SQLite then waits for the disk twice per event, and SQLAlchemy compiles each statement again; both
took a third of a refresh. Here a connection stays open during the run, so that closing the others has no cost, SQLite
waits for the disk at checkpoints only, and engines share what is compiled. A power cut can lose the last events of the
history, but does not corrupt it.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.engine import Connection, Engine


class SharedDialect(pysqlite.dialect):
    """The dialect of SQLite, of which all instances are equal, so that statements compiled by one serve the others."""

    supports_statement_cache = True  # SQLAlchemy does not inherit this one

    def __eq__(self, other: object) -> bool:
        """Engines of one file or another differ in nothing that is compiled."""
        return isinstance(other, SharedDialect)

    def __hash__(self) -> int:
        """The same for all."""
        return hash(SharedDialect)


if TYPE_CHECKING:
    import dagster as dg


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
        held.enter_context(_compiled_once())
        yield


def forget_runs(instance: "dg.DagsterInstance", keep: int, which: "dg.RunsFilter | None" = None) -> None:
    """Delete all but the last `keep` runs, each of which leaves up to a megabyte of events and logs."""
    for record in instance.get_run_records(which)[keep:]:
        run_id = record.dagster_run.run_id
        instance.delete_run(run_id)
        instance.compute_log_manager.delete_logs(prefix=[run_id])


def _hold(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file)
    connection.execute("pragma journal_mode = wal")
    connection.execute(
        "select count(*) from sqlite_master"
    ).fetchall()  # only a connection that has read keeps the file open
    return connection


def _wait_at_checkpoints_only(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma synchronous = normal")


@contextlib.contextmanager
def _compiled_once() -> Iterator[None]:
    compiled: dict[Any, Any] = {}

    def share(connection: Connection) -> None:
        if isinstance(connection.dialect, SharedDialect):
            connection.execution_options(compiled_cache=compiled)

    registry.register("sqlite", __name__, SharedDialect.__name__)
    event.listen(Engine, "engine_connect", share)
    try:
        yield
    finally:
        event.remove(Engine, "engine_connect", share)
        registry.deregister("sqlite")
