"""Verifies a version: the files on disk equal the warehouse, row by row."""

from pathlib import Path
from typing import NamedTuple

import duckdb

from lead_sla.errors import CheckFailedError
from lead_sla.publishing.building import PARQUET_DIR, PUBLISHING_TABLES
from lead_sla.publishing.manifest import Column, PublishedTable
from lead_sla.publishing.workbench import MART_FILE, describe_tables, workbench
from lead_sla.settings import Settings
from lead_sla.sql import identifier, literal

REMEDY = "Check the disk with `lead-sla doctor`, then run `lead-sla refresh` again."

Tables = dict[str, tuple[Column, ...]]


class Measure(NamedTuple):
    """What two copies of a table must have in common; the checksum does not depend on the order of rows."""

    rows: int
    checksum: str

    def __str__(self) -> str:
        return f"{self.rows} rows with checksum {self.checksum}"


def verify(settings: Settings, folder: Path) -> tuple[PublishedTable, ...]:
    """Reopen the version in `folder` from the disk and compare every table, and its Parquet copy, with the warehouse.

    Returns:
        The tables that were found, for the manifest.

    Raises:
        CheckFailedError: something is missing, left over or different; every difference is listed.
    """
    with workbench(settings) as connection:
        _open_copy(connection, folder)
        expected = describe_tables(connection, "warehouse", "marts")
        found = describe_tables(connection, "sla_mart", "main")
        problems = _compare_definitions(expected, found)
        tables = []
        for name, columns in found.items():
            measure = measure_table(connection, f"sla_mart.main.{identifier(name)}", columns)
            if name in expected:
                source = measure_table(connection, f"warehouse.marts.{identifier(name)}", columns)
                problems += _compare(name, "the warehouse", source, measure)
            problems += _compare_parquet(connection, folder, name, columns, measure)
            tables.append(PublishedTable(name=name, rows=measure.rows, checksum=measure.checksum, columns=columns))
    if problems:
        lines = "\n".join(f"  {problem}" for problem in problems)
        raise CheckFailedError(
            f"The version in {folder} differs from the warehouse, so it was not published:\n{lines}\n{REMEDY}"
        )
    return tuple(tables)


def measure_table(connection: duckdb.DuckDBPyConnection, relation: str, columns: tuple[Column, ...]) -> Measure:
    """Count the rows of a relation and sum their hashes, with the columns cast to the types in `columns`."""
    selected = ", ".join(f"cast({identifier(column.name)} as {column.type})" for column in columns)
    rows, checksum = connection.execute(
        f"select count(*), coalesce(sum(hash(row({selected}))), 0) from {relation}"
    ).fetchall()[0]
    return Measure(rows, str(checksum))


def _open_copy(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    left_behind = folder / f"{MART_FILE}.wal"
    if left_behind.exists():
        # Looked for first, because opening the database would quietly replay it.
        raise CheckFailedError(f"{left_behind} was left behind, so its database is incomplete. {REMEDY}")
    try:
        connection.execute(f"attach {literal(folder / MART_FILE)} as sla_mart (read_only)")
    except duckdb.Error as error:
        raise CheckFailedError(
            f"{folder / MART_FILE} cannot be opened, so it was not published: {error} {REMEDY}"
        ) from error


def _compare_definitions(expected: Tables, found: Tables) -> list[str]:
    problems = [f"table {name} is missing" for name in sorted((expected.keys() | PUBLISHING_TABLES) - found.keys())]
    problems += [
        f"table {name} is not in the warehouse" for name in sorted(found.keys() - expected.keys() - PUBLISHING_TABLES)
    ]
    problems += [
        f"table {name} has other columns, types or not-null constraints than in the warehouse"
        for name in sorted(expected.keys() & found.keys())
        if expected[name] != found[name]
    ]
    return problems


def _compare_parquet(
    connection: duckdb.DuckDBPyConnection, folder: Path, name: str, columns: tuple[Column, ...], measure: Measure
) -> list[str]:
    path = folder / PARQUET_DIR / name / f"{name}.parquet"
    if not path.exists():
        return [f"table {name}: {path.relative_to(folder)} is missing"]
    copy = measure_table(connection, f"read_parquet({literal(path)})", columns)
    problems = _compare(name, MART_FILE, measure, copy)
    return [f"{problem} (Parquet copy; it cannot store HUGEINT exactly: cast to bigint)" for problem in problems]


def _compare(name: str, source: str, expected: Measure, found: Measure) -> list[str]:
    if expected == found:
        return []
    return [f"table {name}: {source} has {expected}, the copy has {found}"]
