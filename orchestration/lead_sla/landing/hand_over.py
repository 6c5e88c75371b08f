"""Exports the tables of `raw` as Parquet files for another engine (docs/how-to/run-on-spark.md).

    python -m lead_sla.landing.hand_over FOLDER

Each call adds one file per table with the rows landed since the last call. The feeds and the last publication are small
and written again each time. After a file was forgotten or has landed again, everything is written again.
"""

import argparse
import glob
from pathlib import Path

import duckdb

from lead_sla.errors import InputError
from lead_sla.formatting import show_count
from lead_sla.landing.raw_files import prepare_raw
from lead_sla.ledger.tables import VIEWS, create_ledgers
from lead_sla.settings import load_settings
from lead_sla.sql import literal
from lead_sla.warehouse import connect, hold_lock

REWRITTEN = ("feeds", *VIEWS)
LANDED = "landed_files"  # written last: files that it does not contain have not been exported
REWRITING = ("read_again_at", "forgotten_at")
APPENDED = ("lead_events", "deal_events", "record_merges", "record_statements", "rejected_rows", LANDED)


def hand_over(connection: duckdb.DuckDBPyConnection, raw_dir: Path, folder: Path) -> int:
    """Bring `folder` up to date, one folder per table of `raw`; returns how many landed files were added.

    Raises:
        InputError: the folder contains files landed in another warehouse.
    """
    prepare_raw(connection, raw_dir)
    create_ledgers(connection)
    before = max((_file_numbers(path)[1] for path in (folder / LANDED).glob("*.parquet")), default=None)
    if before is not None:
        _require_same_warehouse(connection, folder)
        if _is_rewritten(connection, folder):
            for path in (folder / LANDED).glob("*.parquet"):
                path.unlink()
            before = None
        else:
            _add_new_columns(connection, folder)
            _add_new_tables(connection, folder, before)
    for table in REWRITTEN:
        _write(connection, f"select * from raw.{table}", folder / table / "all.parquet")
    (last,) = connection.execute("select coalesce(max(file_number), 0) from raw.landed_files").fetchall()[0]
    if last == before:
        return 0
    # Also when nothing has landed yet: readers of the folder take the columns from the file.
    first = (before or 0) + 1
    for table in APPENDED:
        for path in list((folder / table).glob("*.parquet")):
            if _file_numbers(path)[0] >= first:
                path.unlink()  # left by an interrupted call
        rows = f"select * from raw.{table} where file_number >= {first}"
        _write(connection, rows, folder / table / f"{first:08}-{last:08}.parquet")
    return int(last) - first + 1


def _file_numbers(path: Path) -> tuple[int, int]:
    """The first and the last landed file whose rows are in a Parquet file."""
    first, _, last = path.stem.partition("-")
    return int(first), int(last)


def _require_same_warehouse(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    handed_over = literal(glob.escape(str(folder / LANDED)) + "/*.parquet")
    (foreign,) = connection.execute(
        f"""
        select count(*)
        from read_parquet({handed_over}) as handed_over
        anti join raw.landed_files using (file_id, file_number)
        """
    ).fetchall()[0]
    if foreign:
        raise InputError(f"{folder} contains {foreign} files that have not landed here. Use an empty folder.")


def _is_rewritten(connection: duckdb.DuckDBPyConnection, folder: Path) -> bool:
    """Whether exported files have been forgotten since, or have landed again."""
    exported = f"read_parquet({literal(glob.escape(str(folder / LANDED)) + '/*.parquet')}, union_by_name = true)"
    known = _names(connection, exported)
    columns = {name: name if name in known else "null" for name in REWRITING}
    changed = " or ".join(f"landed.{name} is distinct from exported.{name}" for name in REWRITING)
    selected = ", ".join(f"{value} as {name}" for name, value in columns.items())
    (count,) = connection.execute(
        f"""
        select count(*)
        from (select file_number, {selected} from {exported}) as exported
        inner join raw.landed_files as landed using (file_number)
        where {changed}
        """
    ).fetchall()[0]
    return bool(count)


def _add_new_columns(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Export landed files again that an older release exported, since Spark takes the columns from any one file."""
    columns = _names(connection, "raw.landed_files")
    for path in (folder / LANDED).glob("*.parquet"):
        if _names(connection, f"read_parquet({literal(glob.escape(str(path)))})") != columns:
            first, last = _file_numbers(path)
            _write(connection, f"select * from raw.landed_files where file_number between {first} and {last}", path)


def _add_new_tables(connection: duckdb.DuckDBPyConnection, folder: Path, before: int) -> None:
    """Export the tables that an older release did not export, up to the last file that it has exported."""
    for table in APPENDED:
        if not any((folder / table).glob("*.parquet")):
            rows = f"select * from raw.{table} where file_number <= {before}"
            _write(connection, rows, folder / table / f"{1:08}-{before:08}.parquet")


def _names(connection: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    return [str(name) for name, *_ in connection.execute(f"describe from {relation}").fetchall()]


def _write(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """Write under a temporary name and rename, so that readers never see a partial file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.stem}.unfinished")
    connection.execute(f"copy ({query}) to {literal(str(unfinished))} (format parquet)")
    unfinished.replace(path)


def main() -> None:
    """Export the warehouse of the settings."""
    parser = argparse.ArgumentParser(prog="python -m lead_sla.landing.hand_over", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder for the Parquet files")
    folder = parser.parse_args().folder.resolve()
    try:
        settings = load_settings()
    except InputError as error:
        parser.error(str(error))
    if not settings.warehouse_path.exists():
        parser.error(f"{settings.warehouse_path} does not exist. Run `lead-sla land`, or set LEAD_SLA_HOME.")
    with hold_lock(settings, "exporting landed rows"):
        connection = connect(settings)
        try:
            files = hand_over(connection, settings.raw_dir, folder)
        except InputError as error:
            parser.error(str(error))
        finally:
            connection.close()
    print(f"Exported to {folder}, with {show_count(files, 'new file')}.")


if __name__ == "__main__":
    main()
