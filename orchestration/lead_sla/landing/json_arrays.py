"""Reads files that are one JSON array; a row's number is that of its element, whatever the line breaks are."""

import glob
import re

import duckdb

from lead_sla.inputs.feeds import Feed
from lead_sla.landing.file_errors import is_of_machine
from lead_sla.landing.files import FileRefusedError, LandingFile
from lead_sla.landing.layouts import lay_out
from lead_sla.landing.records import MAX_RECORD_BYTES
from lead_sla.landing.survey import survey
from lead_sla.landing.writing import Position, Staged, Target, write_typed
from lead_sla.sql import literal

MALFORMED = re.compile(r"in record/value (\d+): (.*?)\. *$")
NUMBER = "element_number"
DELIMITER = b","  # survey counts one, which is of no use here


def stage_array(connection: duckdb.DuckDBPyConnection, feed: Feed, file: LandingFile, target: Target) -> Staged:
    """Write the typed elements of an array to `target`.

    Raises:
        FileRefusedError: it is no UTF-8, or no valid JSON array.
        OSError: it cannot be read.
    """
    survey(file, DELIMITER)
    elements = f"(select row_number() over () as {NUMBER}, cast(json as varchar) as c0 from {read_objects(file)})"
    source = lay_out(feed, file).source(elements, (NUMBER,), "cast(null as varchar)")
    try:
        return write_typed(connection, feed, source, target, Position(NUMBER)).with_names(feed, file)
    except duckdb.InvalidInputException as error:
        if is_of_machine(error, file):
            raise
        raise FileRefusedError(f"it is not a valid JSON array: {_explain(error)}. Export it again.") from error


def _explain(error: duckdb.Error) -> str:
    """DuckDB's reason, with the number of the element; DuckDB counts the opening bracket as a record."""
    message = str(error).split("\n", 1)[0]
    found = MALFORMED.search(message)
    return f"element {int(found[1]) - 1}: {found[2]}" if found else message


def original_elements(file: LandingFile) -> str:
    """A query for every element as text, with its number."""
    return f"""
        select row_number() over () as line_number, cast(json as varchar) as original_text from {read_objects(file)}
    """


def read_objects(file: LandingFile) -> str:
    """A relation of the elements of an array, or the lines of JSON Lines, as `json`; a broken line is null."""
    path = literal(glob.escape(str(file.location)))
    shape = "format = 'array'" if file.format == "json" else "format = 'newline_delimited', ignore_errors = true"
    packing = "gzip" if file.is_gzip else "uncompressed"
    return (
        f"read_json_objects({path}, {shape}, compression = '{packing}', hive_partitioning = false, "
        f"maximum_object_size = {MAX_RECORD_BYTES})"
    )
