"""Writes the typed rows of a file to Parquet, in one pass from the source, with the counts that verify them."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from lead_sla.inputs.feed_columns import KINDS
from lead_sla.inputs.feeds import Feed
from lead_sla.landing.files import LandingFile
from lead_sla.landing.json_lines import BLANK
from lead_sla.landing.raw_files import read_files, write_file
from lead_sla.landing.schema import stored_columns
from lead_sla.landing.typed import MappedSource, typed_select
from lead_sla.sql import literal


@dataclass(frozen=True)
class Target:
    """The Parquet file to write, and the columns that are the same in all of its rows."""

    path: Path
    file_id: str
    file_number: int
    landed_at: datetime  # naive UTC

    @property
    def kept_path(self) -> Path:
        """Where the rows that are not rejected go, if some are."""
        return self.path.with_suffix(".kept.parquet")

    @property
    def copy_path(self) -> Path:
        """Where a copy of the file goes, if the readers need one."""
        return self.path.with_suffix(".copy")


@dataclass(frozen=True)
class Position:
    """SQL over a row of the source: where its record is in the file, and the delimiters inside of its quoted values."""

    row_number: str
    line_count: str = "1"
    delimiters_within: str = "0"


@dataclass(frozen=True)
class Staged:
    """A Parquet file with one row per record of a source file.

    Besides the columns of `raw` it has `line_count`, the physical lines of the record, and for rows that are to be
    rejected `problem_reason`, and `problem_column` unless the whole line is broken.
    """

    path: Path
    rows: int
    rejected: int
    blank: int
    delimiters_within: int  # of quoted values
    filtered: int = 0  # rows that do not count, by the feed's `where`
    warnings: tuple[str, ...] = ()
    copy: LandingFile | None = None  # what was read, if not the file itself

    @property
    def relation(self) -> str:
        """SQL for the rows."""
        return read_files([self.path])


def write_typed(
    connection: duckdb.DuckDBPyConnection, feed: Feed, source: MappedSource, target: Target, position: Position
) -> Staged:
    """Type the rows of `source` and write them to `target`, in their order."""
    query = f"""
        select
            {literal(target.file_id)} as file_id,
            cast({target.file_number} as bigint) as file_number,
            {position.row_number} as row_number,
            {literal(feed.name)} as feed,
            cast({literal(target.landed_at)} as timestamp) as landed_at,
            {", ".join(stored_columns(feed.kind))},
            attributes,
            cast({position.line_count} as integer) as line_count,
            problem_column,
            problem_reason,
            cast({position.delimiters_within} as bigint) as delimiters_within
            {", is_filtered" if source.condition else ""}
        from ({typed_select(feed.kind, feed.timezone, source, feed.options)})
    """
    write_file(connection, query, target.path)
    counts = connection.execute(
        f"""
        select
            count(*),
            count(problem_reason),
            count(*) filter (problem_reason = {literal(BLANK)}),
            coalesce(sum(delimiters_within), 0),
            {"count(*) filter (is_filtered)" if source.condition else "0"}
        from {read_files([target.path])}
        """
    ).fetchall()[0]
    rows, rejected, blank, within, filtered = (int(count) for count in counts)
    return Staged(target.path, rows, rejected, blank, within, filtered)


def write_nothing(connection: duckdb.DuckDBPyConnection, feed: Feed, target: Target) -> Staged:
    """Write no rows, for a file that is empty."""
    texts = {column.name: "cast(null as varchar)" for column in KINDS[feed.kind]}
    source = MappedSource("(select 1 where false)", texts, "cast(null as json)")
    return write_typed(connection, feed, source, target, Position("cast(null as bigint)"))
