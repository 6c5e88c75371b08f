"""Writes the typed rows of a file to Parquet, in one pass from the source, with the counts that verify them."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from lead_sla.inputs.feed_columns import KINDS, event_kind
from lead_sla.inputs.feeds import Feed
from lead_sla.inputs.record_feeds import RecordForm
from lead_sla.landing.files import LandingFile
from lead_sla.landing.json_lines import BLANK
from lead_sla.landing.other_cases import find_other_cases
from lead_sla.landing.raw_files import read_files, write_file
from lead_sla.landing.record_rows import typed_records
from lead_sla.landing.schema import RECORD_COLUMNS, stored_columns
from lead_sla.landing.typed import MappedSource, typed_select
from lead_sla.landing.unmet_conditions import explain_unmet
from lead_sla.sql import literal

EVENTLESS = """
            count(*) filter (
                entry = 0 and event_count = 0 and problem_reason is null and not is_filtered and not is_withdrawn
            )
"""
COUNTING = "not is_filtered and (problem_reason is null or problem_column is not null)"  # of lines that are not broken
ACCOUNTED = "entry > 0 or problem_reason is not null or is_filtered"


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
    """A Parquet file with one row per row of a source file; of a record feed, one per event (`record_rows.py`).

    `entries` is what has to be accounted for: rows, or of a record feed events, and rows without any that do not land.
    Besides the columns of `raw` it has `line_count`, the physical lines of the record, and for rows that are to be
    rejected `problem_reason`, and `problem_column` unless the whole line is broken.
    """

    path: Path
    rows: int
    entries: int
    rejected: int
    blank: int
    delimiters_within: int  # of quoted values
    filtered: int  # rows that do not count, by the feed's `where`
    eventless: int  # rows of records that count, but give no event
    is_of_records: bool
    warnings: tuple[str, ...] = ()
    copy: LandingFile | None = None  # what was read, if not the file itself

    @property
    def line_number(self) -> str:
        """The column with the position of the row in the source file."""
        return "statement_row" if self.is_of_records else "row_number"

    @property
    def relation(self) -> str:
        """SQL for the rows."""
        return read_files([self.path])

    def warned(self, warning: str | None) -> "Staged":
        """The same with one more warning, if it is one."""
        return replace(self, warnings=(*self.warnings, warning)) if warning else self

    def with_names(self, feed: Feed, file: LandingFile) -> "Staged":
        """The same with the warnings of the file itself, and the names of file and feed in each."""
        warnings = tuple(f"{file.path} (feed {feed.name}): {one}" for one in (*file.warnings, *self.warnings))
        return replace(self, warnings=warnings)


def write_typed(
    connection: duckdb.DuckDBPyConnection, feed: Feed, source: MappedSource, target: Target, position: Position
) -> Staged:
    """Type the rows of `source` and write them to `target`, in their order."""
    is_filtered = source.condition is not None or feed.records is not None
    query = f"""
        select
            {literal(target.file_id)} as file_id,
            cast({target.file_number} as bigint) as file_number,
            {literal(feed.name)} as feed,
            cast({literal(target.landed_at)} as timestamp) as landed_at,
            {", ".join(stored_columns(event_kind(feed.kind)))},
            attributes,
            problem_column,
            problem_reason,
            {"is_filtered," if is_filtered else ""}
            {_of_records(feed, feed.records, source, position) if feed.records else _of_events(feed, source, position)}
    """
    write_file(connection, query, target.path)
    counts = connection.execute(
        f"""
        select
            {"count(*) filter (is_statement)" if feed.records else "count(*)"},
            {f"count(*) filter ({ACCOUNTED})" if feed.records else "count(*)"},
            count(problem_reason),
            count(*) filter (problem_reason = {literal(BLANK)}),
            coalesce(sum(delimiters_within), 0),
            {"count(*) filter (is_filtered)" if is_filtered else "0"},
            {EVENTLESS if feed.records else "0"},
            {f"count(*) filter ({COUNTING})" if is_filtered else "0"}
        from {read_files([target.path])}
        """
    ).fetchall()[0]
    rows, entries, rejected, blank, within, filtered, eventless, counting = (int(count) for count in counts)
    if filtered and not counting:
        warnings = [explain_unmet(connection, feed.options.where, source)]
    else:
        warnings = find_other_cases(connection, feed, source) if rows else []
    is_of_records = feed.records is not None
    counted = (rows, entries, rejected, blank, within, filtered, eventless)
    return Staged(target.path, *counted, is_of_records, tuple(warnings))


def write_nothing(connection: duckdb.DuckDBPyConnection, feed: Feed, target: Target) -> Staged:
    """Write no rows, for a file that is empty."""
    nothing = "cast(null as varchar)"
    texts = {column.name: nothing for column in KINDS[event_kind(feed.kind)]}
    read = dict.fromkeys(feed.record_columns, nothing)
    source = MappedSource("(select 1 where false)", texts, "cast(null as json)", record_texts=read)
    return write_typed(connection, feed, source, target, Position("cast(null as bigint)"))


def _of_events(feed: Feed, source: MappedSource, position: Position) -> str:
    return f"""
            {position.row_number} as row_number,
            cast({position.line_count} as integer) as line_count,
            cast({position.delimiters_within} as bigint) as delimiters_within
        from ({typed_select(feed.kind, feed.timezone, source, feed.options)})
    """


def _of_records(feed: Feed, form: RecordForm, source: MappedSource, position: Position) -> str:
    """A row is numbered before it is spread over its events, and counted with its first."""
    numbered = f"""(
        select
            *,
            {position.row_number} as statement_row,
            cast({position.line_count} as integer) as record_line_count,
            cast({position.delimiters_within} as bigint) as record_delimiters_within
        from {source.relation}
    )"""
    return f"""
            row_number() over () as row_number,
            record_line_count as line_count,
            case when is_statement then record_delimiters_within else 0 end as delimiters_within,
            {", ".join(RECORD_COLUMNS)},
            entry,
            version,
            is_withdrawn,
            is_statement,
            event_count,
            may_repeat_events
        from ({typed_records(feed, replace(source, relation=numbered), form)})
    """
