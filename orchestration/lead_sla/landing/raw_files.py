"""Stores the events of landed files as Parquet files, over which `raw` has a view for each kind of event.

Each landed file becomes one Parquet file. Its row in `raw.landed_files` commits it: `stored_in` is its path in the
folder. A file that no row refers to was left by an interrupted landing, and is deleted by the next one. Small files are
merged, because every query opens each of them; rows keep their `file_number`.
"""

import glob
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, count
from pathlib import Path

import duckdb

from lead_sla.disk import sync
from lead_sla.errors import LeadSlaError
from lead_sla.inputs.feed_columns import KINDS, RECORD_KINDS
from lead_sla.landing.schema import (
    RECORD_COLUMNS,
    STATEMENT_COLUMNS,
    create_tables,
    event_columns,
    stored_in_files,
)
from lead_sla.sql import literal
from lead_sla.warehouse import transaction

UNFINISHED = ".unfinished"
# Zstandard's fastest level and Parquet's second encodings are smaller and faster to write than the defaults.
FORMAT = "format parquet, compression zstd, compression_level 1, parquet_version v2"
SMALL_ROWS = 100_000
MOST_SMALL_FILES = 16
MERGED_AT_ONCE = 200  # a process may have 1,024 files open


def prepare_raw(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Create what is missing in `raw`, and delete what an interrupted landing has left in `folder`.

    Raises:
        LeadSlaError: a file of committed rows is missing.
    """
    create_tables(connection)
    stored = _stored_files(connection)
    missing = sorted(name for name in stored if not (folder / name).is_file())
    if missing:
        more = f", and {len(missing) - 1} more" if missing[1:] else ""
        raise LeadSlaError(
            f"{folder / missing[0]} is missing{more}: it has rows of files that have landed. Restore the folder "
            "from the backup that the warehouse file comes from; or delete the warehouse file, and the files that are "
            "still in the landing folder land again."
        )
    delete_unused(connection, folder)
    for kind in KINDS:
        _move_table(connection, folder, kind)
    create_views(connection, folder)


def delete_unused(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Delete the files to which no row of `raw.landed_files` refers; no view may read them."""
    stored = _stored_files(connection)
    for part, pattern in ((UNFINISHED, "*"), *((kind, "*.parquet") for kind in (*KINDS, *RECORD_KINDS))):
        for path in (folder / part).glob(pattern):
            if path.relative_to(folder).as_posix() not in stored:
                path.unlink()


def unfinished_path(folder: Path, name: str) -> Path:
    """Where a file is written before it is complete."""
    (folder / UNFINISHED).mkdir(parents=True, exist_ok=True)
    return folder / UNFINISHED / name


def write_file(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """Write the rows of a query to a new Parquet file, in order."""
    connection.execute(f"copy ({query}) to {literal(path)} ({FORMAT})")


def finish_file(unfinished: Path, folder: Path, name: str) -> None:
    """Give a complete file its name in `folder`, so that it survives a power cut from then on."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    sync(unfinished)
    unfinished.replace(path)
    sync(path.parent)


def create_views(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Define the views over the committed files: the events of each kind, and the statements of record feeds."""
    record_kinds = {kind: record_kind for record_kind, kind in RECORD_KINDS.items()}
    statements = []
    for kind in KINDS:
        columns = event_columns(kind)
        without = {name: "null" for name in RECORD_COLUMNS}
        parts = [_select(columns, without, _read_committed(connection, folder, kind))]
        if records := _read_committed(connection, folder, record_kinds.get(kind)):
            parts.append(_select(columns, {"attributes": "null"}, f"{records} where entry > 0"))
            statements.append(
                _select(STATEMENT_COLUMNS, {"row_number": "statement_row"}, f"{records} where is_statement")
            )
        connection.execute(f"create or replace view raw.{kind} as {' union all '.join(parts)}")
    none = _select(STATEMENT_COLUMNS, {}, "")
    connection.execute(f"create or replace view raw.record_statements as {' union all '.join(statements) or none}")


def _read_committed(connection: duckdb.DuckDBPyConnection, folder: Path, kind: str | None) -> str:
    """SQL for the committed rows of a kind; empty if there are none."""
    if kind is None:
        return ""
    paths = [folder / name for name in _stored_files(connection, kind)]
    return read_files(paths) if paths else ""


def _select(columns: Mapping[str, str], instead: Mapping[str, str], source: str) -> str:
    """A select of the columns from a source; of nulls, and no rows, without one. Some columns come from elsewhere."""
    values = {name: instead.get(name, name) if source else "null" for name in columns}
    selected = ", ".join(f"cast({values[name]} as {sql_type}) as {name}" for name, sql_type in columns.items())
    return f"select {selected} " + (f"from {source}" if source else "where false")


def read_files(paths: Iterable[Path]) -> str:
    """SQL for the rows of Parquet files of ours, of which older ones can lack columns."""
    names = ", ".join(literal(glob.escape(str(path))) for path in paths)
    return f"read_parquet([{names}], union_by_name = true, hive_partitioning = false)"


def merge_small_files(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Replace the small files of each kind by larger ones, if there are many."""
    for kind in (*KINDS, *RECORD_KINDS):
        while len(small := _small_files(connection, kind)) > MOST_SMALL_FILES:
            for start in range(0, len(small), MERGED_AT_ONCE):
                _merge(connection, folder, kind, small[start : start + MERGED_AT_ONCE])


def _merge(connection: duckdb.DuckDBPyConnection, folder: Path, kind: str, names: Sequence[str]) -> None:
    with transaction(connection):
        rewrite_files(connection, folder, kind, names)
        create_views(connection, folder)
    for name in names:
        (folder / name).unlink()


def rewrite_files(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    kind: str,
    names: Sequence[str],
    replaced: Mapping[str, str] | None = None,
) -> None:
    """Write the rows of the landed files that refer to these files to one file, in a transaction of the caller.

    `replaced` is the SQL of columns that get other values.
    """
    stored_in = "stored_in in (select unnest($names))"
    found = connection.execute(f"select file_number from raw.landed_files where {stored_in}", {"names": names})
    numbers = [number for (number,) in found.fetchall()]
    if not numbers:
        return
    merged = free_name(folder, kind, min(numbers), max(numbers))
    unfinished = unfinished_path(folder, "merged.parquet")
    values = {name: name for name in stored_in_files(kind)} | dict(replaced or {})
    columns = ", ".join(f"{value} as {name}" for name, value in values.items())
    rows = f"{read_files(folder / name for name in names)} where file_number in ({', '.join(map(str, numbers))})"
    write_file(connection, f"select {columns} from {rows}", unfinished)
    finish_file(unfinished, folder, merged)
    connection.execute(
        f"update raw.landed_files set stored_in = $merged where {stored_in}", {"merged": merged, "names": names}
    )


def take_out(connection: duckdb.DuckDBPyConnection, folder: Path, file_numbers: Sequence[int]) -> None:
    """Remove the rows of landed files, rejected ones too, in a transaction of the caller.

    The Parquet files with the rows stay until `delete_unused`, so that nothing is lost if the transaction fails.
    """
    chosen = {"numbers": list(file_numbers)}
    is_chosen = "file_number in (select unnest($numbers))"
    shared = connection.execute(
        f"select distinct kind, stored_in from raw.landed_files where {is_chosen} and stored_in is not null", chosen
    ).fetchall()
    cleared = "stored_in = null, rows_read = 0, rows_landed = 0, rows_rejected = 0, rows_filtered = 0"
    connection.execute(f"update raw.landed_files set {cleared} where {is_chosen}", chosen)
    connection.execute(f"delete from raw.rejected_rows where {is_chosen}", chosen)
    for kind, name in shared:
        rewrite_files(connection, folder, kind, [name])


def free_name(folder: Path, kind: str, first: int, last: int) -> str:
    """The path in the folder of a new file with the rows of landed files from `first` to `last`."""
    name = f"{kind}/{first:08}" if first == last else f"{kind}/{first:08}-{last:08}"
    editions = chain([""], (f".{edition}" for edition in count(2)))
    return next(path for edition in editions if not (folder / (path := f"{name}{edition}.parquet")).exists())


def _small_files(connection: duckdb.DuckDBPyConnection, kind: str) -> list[str]:
    found = connection.execute(
        """
        select stored_in from raw.landed_files
        where kind = ? and stored_in is not null
        group by stored_in
        having sum(rows_landed) < ?
        order by min(file_number)
        """,
        [kind, SMALL_ROWS],
    )
    return [name for (name,) in found.fetchall()]


def _stored_files(connection: duckdb.DuckDBPyConnection, *kinds: str) -> dict[str, None]:
    """The committed files of the kinds, or of all, in landing order."""
    found = connection.execute(
        """
        select stored_in from raw.landed_files
        where kind in (select unnest($kinds)) and stored_in is not null
        group by stored_in
        order by min(file_number)
        """,
        {"kinds": kinds or (*KINDS, *RECORD_KINDS)},
    )
    return {name: None for (name,) in found.fetchall()}


def _move_table(connection: duckdb.DuckDBPyConnection, folder: Path, kind: str) -> None:
    """Move the events of a warehouse of an older release, in which they are in a table, to a file."""
    is_table = connection.execute(
        "select 1 from duckdb_tables() where database_name = current_database() and schema_name = 'raw' "
        "and table_name = ?",
        [kind],
    ).fetchall()
    if not is_table:
        return
    ((first, last),) = connection.execute(f"select min(file_number), max(file_number) from raw.{kind}").fetchall()
    with transaction(connection):
        if first is not None:
            name = free_name(folder, kind, first, last)
            unfinished = unfinished_path(folder, "moved.parquet")
            write_file(connection, f"from raw.{kind} order by file_number, row_number", unfinished)
            finish_file(unfinished, folder, name)
            connection.execute(
                "update raw.landed_files set stored_in = ? where kind = ? and rows_landed > 0", [name, kind]
            )
        connection.execute(f"drop table raw.{kind}")
