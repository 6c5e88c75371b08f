"""Reads Parquet files into typed rows, by way of text, so that the same rules type every format."""

import glob

import duckdb

from lead_sla.inputs.feeds import Feed
from lead_sla.landing.file_errors import is_of_machine
from lead_sla.landing.files import FileRefusedError, LandingFile
from lead_sla.landing.headers import tell_apart
from lead_sla.landing.mapping import collect_attributes, map_columns
from lead_sla.landing.partitions import partition_columns
from lead_sla.landing.text_options import without_nulls
from lead_sla.landing.writing import Position, Staged, Target, write_nothing, write_typed
from lead_sla.sql import identifier, literal

MAX_DIGITS = 38
NUMBER_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL", "FLOAT", "DOUBLE")


def stage_parquet(connection: duckdb.DuckDBPyConnection, feed: Feed, file: LandingFile, target: Target) -> Staged:
    """Write the typed rows of a Parquet file to `target`.

    Raises:
        FileRefusedError: it is damaged, or lacks a column.
    """
    if file.size_bytes == 0:
        return write_nothing(connection, feed, target)
    try:
        return _stage(connection, feed, file, target).with_names(feed, file)
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
    names = tell_apart(feed, [name.strip() for name in _column_names(connection, file)])
    types = {name: sql_type for name, (_, sql_type, *_) in zip(names, described, strict=True)}
    values = {name: identifier(column) for name, (column, *_) in zip(names, described, strict=True)}
    texts = {name: _text(value, types[name]) for name, value in values.items()}
    numbers = {name: "true" for name, sql_type in types.items() if sql_type.removeprefix("U").startswith(NUMBER_TYPES)}
    values |= {name: without_nulls(value, feed.options) for name, value in values.items() if types[name] == "VARCHAR"}
    mapped = map_columns(feed, partition_columns(file.path) | texts, numbers)
    source = mapped.source(_relation(file), collect_attributes(feed, values), "null", ("file_row_number",))
    return write_typed(connection, feed, source, target, Position("file_row_number + 1"))


def _column_names(connection: duckdb.DuckDBPyConnection, file: LandingFile) -> list[str]:
    """The names as they are in the file, which DuckDB changes where two are the same.

    Raises:
        FileRefusedError: a decimal column has more digits than DuckDB keeps.
    """
    schema = connection.execute(
        f"select name, coalesce(num_children, 0), precision, scale from parquet_schema({_path(file)})"
    ).fetchall()
    names = []
    below = 0  # how many of the next columns are inside of a nested one
    for name, children, precision, scale in schema[1:]:
        if precision is not None and precision > MAX_DIGITS:
            raise FileRefusedError(
                f"its column {name} is a decimal({precision}, {scale}), of which DuckDB would lose digits. Export it "
                f"with at most {MAX_DIGITS} digits, such as decimal({MAX_DIGITS}, 2), or as text."
            )
        if below == 0:
            names.append(name)
            below = children
        else:
            below += children - 1
    return names


def _text(value: str, sql_type: str) -> str:
    # Older writers store text without its logical type.
    return (
        f"coalesce(try(decode({value})), cast({value} as varchar))"
        if sql_type == "BLOB"
        else f"cast({value} as varchar)"
    )


def _relation(file: LandingFile) -> str:
    return f"read_parquet({_path(file)}, file_row_number = true, hive_partitioning = false)"


def _path(file: LandingFile) -> str:
    return literal(glob.escape(str(file.location)))
