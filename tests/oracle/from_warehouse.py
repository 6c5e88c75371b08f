"""Reads a landed warehouse, a seeds folder and a mart's tables into what `calculate` and `compare` take.

`read_inputs(connection, seeds_dir, parameters)`: what landing left in `raw.*`, and the seeds.
`read_seeds(seeds_dir)`: the CSV files alone, wherever they lie below the folder.
`read_tables(connection, schema, tables)`: the real tables, as `compare` wants them (schema `marts` in the warehouse,
`main` in the published file).

The time zone of a file's stamps is landing's business: `raw.*.occurred_at` is already UTC.
"""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.oracle.compare import GRAIN
from tests.oracle.inputs import (
    SEED_NAMES,
    Feed,
    Inputs,
    LandedDeal,
    LandedLead,
    LandedMerge,
    Parameters,
    SeedRow,
    Statement,
    Tables,
)

if TYPE_CHECKING:
    import duckdb

LEAD_COLUMNS = (
    "file_number, row_number, feed, landed_at, event_id, lead_id, event_type, occurred_at, occurred_date, segment, "
    "landing_page, channel, record_id, statement_row, is_observed, keeps_every_version"
)
DEAL_COLUMNS = (
    "file_number, row_number, feed, landed_at, event_id, deal_id, lead_id, stage, amount, currency, occurred_at, "
    "occurred_date, record_id, statement_row, is_observed, keeps_every_version"
)
MERGE_COLUMNS = (
    "file_number, row_number, feed, landed_at, event_id, record_type, from_id, into_id, occurred_at, occurred_date, "
    "action"
)
STATEMENT_COLUMNS = "feed, record_id, version, file_number, row_number, is_withdrawn"


def read_inputs(connection: "duckdb.DuckDBPyConnection", seeds_dir: Path, parameters: Parameters) -> Inputs:
    """Everything a run on this warehouse knows.

    Raises:
        FileNotFoundError: a seed is not in `seeds_dir`.
    """
    feeds = connection.sql(
        """
        select
            feed,
            kind,
            (select count(*) from raw.rejected_rows as rejected where rejected.feed = feeds.feed),
            replaces_events,
            lists_all_records,
            (
                select coalesce(list(file_number), [])
                from raw.landed_files as files
                where files.feed = feeds.feed and files.stored_in is not null
            )
        from raw.feeds as feeds
        order by feed_order
        """
    ).fetchall()
    (newest_file,) = connection.sql("select max(landed_at) from raw.landed_files").fetchall()[0]
    return Inputs(
        feeds=[Feed(*row, tuple(file_numbers)) for *row, file_numbers in feeds],
        leads=[LandedLead(**row) for row in _rows(connection, f"select {LEAD_COLUMNS} from raw.lead_events")],
        deals=[LandedDeal(**row) for row in _rows(connection, f"select {DEAL_COLUMNS} from raw.deal_events")],
        statements=tuple(
            Statement(**row) for row in _rows(connection, f"select {STATEMENT_COLUMNS} from raw.record_statements")
        ),
        merges=tuple(LandedMerge(**row) for row in _rows(connection, f"select {MERGE_COLUMNS} from raw.record_merges")),
        parameters=parameters,
        seeds=read_seeds(seeds_dir),
        newest_file=newest_file,
    )


def read_seeds(seeds_dir: Path) -> dict[str, list[SeedRow]]:
    """The rows of every seed, as text, by the seed's name.

    Raises:
        FileNotFoundError: a seed is not below `seeds_dir`.
    """
    seeds: dict[str, list[SeedRow]] = {}
    for name in SEED_NAMES:
        paths = sorted(seeds_dir.rglob(f"{name}.csv"))
        if not paths:
            raise FileNotFoundError(f"{name}.csv is not below {seeds_dir}")
        with paths[0].open(encoding="utf-8-sig", newline="") as file:
            seeds[name] = list(csv.DictReader(file))
    return seeds


def read_tables(
    connection: "duckdb.DuckDBPyConnection", schema: str = "main", tables: Iterable[str] = tuple(GRAIN)
) -> Tables:
    """The rows of the mart's tables, by table name; a table that is not there fails loudly."""
    return {table: _rows(connection, f'select * from "{schema}"."{table}"') for table in tables}


def _rows(connection: "duckdb.DuckDBPyConnection", query: str) -> list[dict]:
    result = connection.sql(query)
    return [dict(zip(result.columns, values, strict=True)) for values in result.fetchall()]
