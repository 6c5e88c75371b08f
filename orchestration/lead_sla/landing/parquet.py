"""Reads Parquet files into typed rows, by way of text, so that the same rules type every format."""

import glob

import duckdb

from lead_sla.inputs.feeds import Feed
from lead_sla.landing.file_errors import is_of_machine
from lead_sla.landing.files import FileRefusedError, LandingFile
from lead_sla.landing.mapping import collect_attributes, map_columns
from lead_sla.landing.typed import MappedSource
from lead_sla.landing.writing import Position, Staged, Target, write_typed
from lead_sla.sql import literal


def stage_parquet(connection: duckdb.DuckDBPyConnection, feed: Feed, file: LandingFile, target: Target) -> Staged:
    """Write the typed rows of a Parquet file to `target`.

    Raises:
        FileRefusedError: it is damaged, or lacks a column.
    """
    try:
        return _stage(connection, feed, file, target)
    except duckdb.Error as error:
        if is_of_machine(error, file):
            raise
        raise FileRefusedError(
            "it cannot be read as Parquet: it is damaged, incomplete or of another format. Export or copy it again."
        ) from error


def original_rows(file: LandingFile) -> str:
    """A query for every record as JSON text, with its number."""
    # Merging a null removes the number, which is not a column of the file.
    return f"""
        select
            file_row_number + 1 as line_number,
            cast(json_merge_patch(to_json(record), '{{"file_row_number": null}}') as varchar) as original_text
        from {_relation(file)} as record
    """


def _stage(connection: duckdb.DuckDBPyConnection, feed: Feed, file: LandingFile, target: Target) -> Staged:
    described = connection.execute(f"describe select * exclude (file_row_number) from {_relation(file)}").fetchall()
    types = {name: sql_type for name, sql_type, *_ in described}
    values = {name: '"' + name.replace('"', '""') + '"' for name in types}
    texts = {name: _text(value, types[name]) for name, value in values.items()}
    source = MappedSource(
        relation=_relation(file),
        texts=map_columns(feed, texts),
        attributes=collect_attributes(feed, values),
        keys=("file_row_number",),
    )
    return write_typed(connection, feed, source, target, Position("file_row_number + 1"))


def _text(value: str, sql_type: str) -> str:
    # Older writers store text without its logical type.
    return (
        f"coalesce(try(decode({value})), cast({value} as varchar))"
        if sql_type == "BLOB"
        else f"cast({value} as varchar)"
    )


def _relation(file: LandingFile) -> str:
    path = literal(glob.escape(str(file.location)))
    return f"read_parquet({path}, file_row_number = true, hive_partitioning = false)"
