"""Takes back the rows of a landed file that was wrong, as if it had never landed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from lead_sla.errors import InputError
from lead_sla.formatting import show_count
from lead_sla.inputs.yaml_reading import ask
from lead_sla.landing.raw_files import create_views, delete_unused, prepare_raw, take_out
from lead_sla.warehouse import transaction

SHOWN_ID = 12


@dataclass(frozen=True)
class ForgottenFile:
    """A landed file before it was forgotten."""

    file_id: str
    file_number: int
    feed: str
    path: str
    landed_at: datetime
    rows_landed: int
    rows_rejected: int
    forgotten_at: datetime | None

    def describe(self) -> str:
        """The file and its rows, in words."""
        rows = f"{show_count(self.rows_landed, 'row')}, {self.rows_rejected:,} rejected"
        return f"{self.file_id[:SHOWN_ID]}, landed {self.landed_at:%Y-%m-%d %H:%M} UTC for feed {self.feed}: {rows}"


def forget(
    connection: duckdb.DuckDBPyConnection, raw_dir: Path, name: str, forgotten_at: datetime
) -> list[ForgottenFile]:
    """Remove the rows of a file from `raw`. It does not land again until its content changes.

    Args:
        connection: the warehouse.
        raw_dir: the folder of the Parquet files of `raw`.
        name: the path of the file, relative to the landing folder, or the beginning of its id in `raw.landed_files`.
        forgotten_at: now, naive UTC.

    Returns:
        The file as it had landed, for each of its feeds.

    Raises:
        InputError: no such file has landed, it is already forgotten, or several contents have landed from the path.
    """
    prepare_raw(connection, raw_dir)
    files = _choose(_read_landed(connection), name)
    with transaction(connection):
        take_out(connection, raw_dir, [file.file_number for file in files])
        connection.execute(
            "update raw.landed_files set forgotten_at = ? where file_id = ?", [forgotten_at, files[0].file_id]
        )
        create_views(connection, raw_dir)
    delete_unused(connection, raw_dir)
    return files


def _read_landed(connection: duckdb.DuckDBPyConnection) -> list[ForgottenFile]:
    found = connection.execute(
        """
        select file_id, file_number, feed, path, landed_at, rows_landed, rows_rejected, forgotten_at
        from raw.landed_files
        order by file_number
        """
    ).fetchall()
    return [ForgottenFile(*values) for values in found]


def _choose(landed: Sequence[ForgottenFile], name: str) -> list[ForgottenFile]:
    matching = [file for file in landed if file.path == name]
    if not matching and len(name) >= SHOWN_ID:
        matching = [file for file in landed if file.file_id.startswith(name)]
    if not matching:
        raise InputError(
            f"'{name}' has not landed{ask(name, [file.path for file in landed])}. Give the path as it is in "
            "raw.landed_files: relative to the landing folder, with forward slashes."
        )
    counting = [file for file in matching if file.forgotten_at is None]
    if not counting:
        raise InputError(f"'{name}' was already forgotten, on {matching[-1].forgotten_at:%Y-%m-%d}.")
    ids = {file.file_id for file in counting}
    if len(ids) > 1:
        contents = "\n".join(f"  {file.describe()}" for file in counting)
        raise InputError(
            f"{len(ids)} files with different contents have landed as '{name}'. Repeat the command with the id of "
            f"the one to forget in place of the path:\n{contents}"
        )
    return counting
