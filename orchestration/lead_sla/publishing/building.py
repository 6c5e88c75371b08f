"""Builds a version: copies every table of the warehouse's schema `marts`, and nothing else, into files."""

from datetime import UTC
from pathlib import Path

import duckdb

from lead_sla.errors import InputError
from lead_sla.publishing.manifest import Column, Publication
from lead_sla.publishing.workbench import MART_FILE, create_described, describe_tables, workbench
from lead_sla.settings import Settings
from lead_sla.sql import identifier, literal

PARQUET_DIR = "parquet"
PUBLICATION = "publication"
FACTS = "fct_sla_daily"
PUBLISHING_TABLES = {PUBLICATION}  # written by publishing itself, so the warehouse does not have them

PUBLICATION_COMMENT = "What this version of the mart is, and how fresh. One row."
PUBLICATION_COLUMNS = {
    "run_id": ("varchar not null", "the refresh that made this version"),
    "as_of_date": ("date not null", "the last day that counts, in the business time zone"),
    "business_timezone": ("varchar not null", "the IANA zone whose midnight ends the day"),
    "published_at": ("timestamp not null", "when the refresh that made this version got the warehouse, UTC"),
    "data_through": ("date", f"the last date in {FACTS}: the last day on which anything was booked; null without any"),
    "reporting_currency": ("varchar not null", "the ISO 4217 code of the currency that every sum of money is in"),
    "company": ("varchar", "the name of the company; null unless the setting LEAD_SLA_COMPANY has one"),
    "unreadable_files": (
        "varchar",
        "the files in the landing folder that could not be read, so that the figures do not contain them, separated by "
        "commas; null if all could be",
    ),
    "duckdb_version": ("varchar not null", "the DuckDB version that wrote the files"),
    "git_commit": ("varchar", "the commit of the project; null when it did not run from a git working tree"),
}


def build(settings: Settings, folder: Path, publication: Publication) -> Publication:
    """Write the database and the Parquet copies into `folder`, which must be empty.

    Rows are sorted by a table's columns from left to right: marts begin with their key, so equal contents give equal
    files, and a reader who asks for a period skips the rest of the file.

    Returns:
        The publication, completed by `data_through`.

    Raises:
        InputError: the warehouse does not exist, or its schema `marts` is empty.
    """
    with workbench(settings) as connection:
        tables = describe_tables(connection, "warehouse", "marts")
        _require_marts(settings, tables)
        # v1.0.0 is the only storage version that every DuckDB client since 1.0 opens.
        connection.execute(f"attach {literal(folder / MART_FILE)} as sla_mart (storage_version 'v1.0.0')")
        for name, columns in tables.items():
            _copy_table(connection, name, columns)
        last_date = connection.execute(f"select max(date) from sla_mart.main.{FACTS}").fetchall()[0][0]
        complete = publication.model_copy(update={"data_through": last_date})
        _write_publication(connection, complete)
        for name in [*tables, PUBLICATION]:
            _write_parquet(connection, name, folder / PARQUET_DIR / name / f"{name}.parquet")
        connection.execute("detach sla_mart")
    return complete


def _require_marts(settings: Settings, tables: dict[str, tuple[Column, ...]]) -> None:
    if not tables:
        raise InputError(
            f"The schema `marts` of {settings.warehouse_path} has no tables, so there is nothing to publish. "
            "Run `lead-sla refresh`, which fills it first."
        )
    if FACTS not in tables:
        raise InputError(
            f"The schema `marts` of {settings.warehouse_path} has no table {FACTS}, so the mart is incomplete. "
            "Run `lead-sla refresh`, which builds all of it."
        )


def _copy_table(connection: duckdb.DuckDBPyConnection, name: str, columns: tuple[Column, ...]) -> None:
    target = f"sla_mart.main.{identifier(name)}"
    definitions = ", ".join(
        f"{identifier(column.name)} {column.type}{'' if column.nullable else ' not null'}" for column in columns
    )
    connection.execute(f"create table {target} ({definitions})")
    connection.execute(f"insert into {target} select * from warehouse.marts.{identifier(name)} order by all")
    _copy_comments(connection, name, target)


def _copy_comments(connection: duckdb.DuckDBPyConnection, name: str, target: str) -> None:
    where = "where table_catalog = 'warehouse' and table_schema = 'marts' and table_name = ?"
    for (comment,) in connection.execute(
        f"select table_comment from information_schema.tables {where} and table_comment is not null", [name]
    ).fetchall():
        connection.execute(f"comment on table {target} is {literal(comment)}")
    for column, comment in connection.execute(
        f"select column_name, column_comment from information_schema.columns {where} and column_comment is not null",
        [name],
    ).fetchall():
        connection.execute(f"comment on column {target}.{identifier(column)} is {literal(comment)}")


def _write_publication(connection: duckdb.DuckDBPyConnection, publication: Publication) -> None:
    target = f"sla_mart.main.{PUBLICATION}"
    create_described(connection, target, PUBLICATION_COMMENT, PUBLICATION_COLUMNS)
    connection.execute(
        f"insert into {target} values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            publication.run_id,
            publication.as_of_date,
            publication.business_timezone,
            publication.published_at.astimezone(UTC).replace(tzinfo=None),
            publication.data_through,
            publication.reporting_currency,
            publication.company,
            ", ".join(publication.unreadable_files) or None,
            publication.duckdb_version,
            publication.git_commit,
        ],
    )


def _write_parquet(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    path.parent.mkdir(parents=True)
    connection.execute(f"copy sla_mart.main.{identifier(name)} to {literal(path)} (format parquet)")
