"""What landed, as Parquet files for another engine (docs/how-to/run-on-spark.md).

    python -m lead_sla.landing.hand_over FOLDER

`raw` is append-only, so a table's folder gets one file more with what has landed since, and what is there stays.
"""

import argparse
import glob
from pathlib import Path

import duckdb

from lead_sla.errors import InputError
from lead_sla.landing.schema import create_raw_schema
from lead_sla.settings import load_settings
from lead_sla.sql import literal
from lead_sla.warehouse import connect, hold_lock

REWRITTEN = "feeds"
LANDED = "landed_files"  # written last: what it does not name has not been handed over
APPENDED = ("lead_events", "deal_events", "rejected_rows", LANDED)


def hand_over(connection: duckdb.DuckDBPyConnection, folder: Path) -> int:
    """Bring `folder` up to date, one folder per table of `raw`; returns how many landed files were new to it.

    Raises:
        InputError: the folder holds what another warehouse has landed.
    """
    create_raw_schema(connection)
    before = max((_file_numbers(path)[1] for path in (folder / LANDED).glob("*.parquet")), default=None)
    if before is not None:
        _require_same_warehouse(connection, folder)
    _write(connection, f"select * from raw.{REWRITTEN}", folder / REWRITTEN / "all.parquet")
    (last,) = connection.execute("select coalesce(max(file_number), 0) from raw.landed_files").fetchall()[0]
    if last == before:
        return 0
    # Also when nothing has landed yet: who reads the folder takes the columns from the file.
    first = (before or 0) + 1
    for table in APPENDED:
        for path in list((folder / table).glob("*.parquet")):
            if _file_numbers(path)[0] >= first:
                path.unlink()  # an interrupted call has left it
        rows = f"select * from raw.{table} where file_number >= {first}"
        _write(connection, rows, folder / table / f"{first:08}-{last:08}.parquet")
    return int(last) - first + 1


def _file_numbers(path: Path) -> tuple[int, int]:
    """The first and the last landed file that a Parquet file holds rows of."""
    first, _, last = path.stem.partition("-")
    return int(first), int(last)


def _require_same_warehouse(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    handed_over = literal(glob.escape(str(folder / LANDED)) + "/*.parquet")
    (strange,) = connection.execute(
        f"""
        select count(*)
        from read_parquet({handed_over}) as handed_over
        anti join raw.landed_files using (file_id, file_number)
        """
    ).fetchall()[0]
    if strange:
        raise InputError(f"{folder} holds {strange} files that this warehouse has not landed. Name an empty folder.")


def _write(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """Write the file beside its place and move it there, so that readers never see half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.stem}.unfinished")
    connection.execute(f"copy ({query}) to {literal(str(unfinished))} (format parquet)")
    unfinished.replace(path)


def main() -> None:
    """Hand over the warehouse of the settings."""
    parser = argparse.ArgumentParser(prog="python -m lead_sla.landing.hand_over", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the Parquet files go")
    folder = parser.parse_args().folder.resolve()
    settings = load_settings()
    if not settings.warehouse_path.exists():
        parser.error(f"{settings.warehouse_path} is not there. Run `lead-sla land`, or set LEAD_SLA_HOME.")
    with hold_lock(settings, "handing over what landed"):
        connection = connect(settings)
        try:
            files = hand_over(connection, folder)
        except InputError as error:
            parser.error(str(error))
        finally:
            connection.close()
    print(f"Handed over to {folder}, with {files:,} new files.")


if __name__ == "__main__":
    main()
