"""Columns that a feed should read and a file does not have: found once the file is staged, whatever its format."""

import glob
import re
from collections.abc import Sequence

import duckdb

from lead_sla.inputs.feed_columns import KINDS, event_kind
from lead_sla.inputs.feeds import Feed
from lead_sla.inputs.seed_values import nearest
from lead_sla.landing.files import FileRefusedError, LandingFile
from lead_sla.landing.json_arrays import read_objects
from lead_sla.landing.json_lines import pointers_to
from lead_sla.landing.missing_columns import MissingColumnsError, show_name
from lead_sla.landing.partitions import partition_columns
from lead_sla.landing.writing import Staged
from lead_sla.sql import literal

SAMPLE_ROWS = 100_000
SHOWN_KEYS = 50
WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
REMEDY = "Rename it in the file, or map it in feeds.yml, under `columns`."


def check_columns(
    connection: duckdb.DuckDBPyConnection, feed: Feed, file: LandingFile, staged: Staged
) -> tuple[str, ...]:
    """All warnings of a file, also about columns that are not read, although they look like one that is missing.

    Raises:
        FileRefusedError: no object of a JSON file has a key that the feed reads, or a column has the name of one that
            is missing, but for case and punctuation.
    """
    unfilled = _find_unfilled(connection, staged)
    if file.format in {"jsonl", "json"}:
        _require_keys(connection, feed, file, unfilled)
    if feed.columns is None and "attributes" not in unfilled:
        return (*staged.warnings, *_find_lookalikes(connection, feed, file, staged, unfilled))
    return staged.warnings


def _find_unfilled(connection: duckdb.DuckDBPyConnection, staged: Staged) -> set[str]:
    """The columns without a value in any row, from the metadata of the Parquet file alone."""
    found = connection.execute(
        f"""
        select path_in_schema
        from parquet_metadata({literal(glob.escape(str(staged.path)))})
        group by path_in_schema
        having sum(num_values) = sum(stats_null_count)
        """
    )
    return {name for (name,) in found.fetchall()}


def _require_keys(connection: duckdb.DuckDBPyConnection, feed: Feed, file: LandingFile, unfilled: set[str]) -> None:
    """In JSON a key can be missing in any object; in a column without values it may be missing in all of them."""
    suspects = [*(condition.column for condition in feed.options.where), *feed.record_columns]
    for column in KINDS[event_kind(feed.kind)]:
        source = feed.source_of(column.name)
        is_read = source is not None and source.column and (feed.columns is not None or column.required)
        if source and source.column and is_read and (column.name in unfilled or source.default is not None):
            suspects.append(source.column)
    suspects = [name for name in dict.fromkeys(suspects) if name not in partition_columns(file.path)]
    missing = [name for name in suspects if not _has_key(connection, file, pointers_to(name))]
    if not missing or not _has_key(connection, file, [""]):
        return
    keys = connection.execute(
        f"""
        select distinct unnest(json_keys(json)) as key
        from (select json from {read_objects(file)} where json_type(json) = 'OBJECT' limit {SAMPLE_ROWS})
        order by key
        limit {SHOWN_KEYS}
        """
    ).fetchall()
    raise MissingColumnsError(feed, missing, [key for (key,) in keys])


def _has_key(connection: duckdb.DuckDBPyConnection, file: LandingFile, pointers: Sequence[str]) -> bool:
    """Whether any object has it; that nothing else is wrong with the object does not matter."""
    found = " or ".join(f"json_extract(json, {literal(pointer)}) is not null" for pointer in pointers)
    condition = f"json_type(json) = 'OBJECT' and ({found})"
    return bool(connection.execute(f"select 1 from {read_objects(file)} where {condition} limit 1").fetchall())


def _find_lookalikes(
    connection: duckdb.DuckDBPyConnection, feed: Feed, file: LandingFile, staged: Staged, unfilled: set[str]
) -> tuple[str, ...]:
    missing = [
        column.name for column in KINDS[event_kind(feed.kind)] if not column.required and column.name in unfilled
    ]
    if not missing:
        return ()
    is_split = "attributes is not null and (problem_reason is null or problem_column is not null)"
    sample = f"select attributes from {staged.relation} where {is_split} limit {SAMPLE_ROWS}"
    found = connection.execute(f"select distinct unnest(json_keys(attributes)) as key from ({sample}) order by key")
    keys = [key for (key,) in found.fetchall()]
    same = {key: name for key in keys for name in missing if _words(name) == _words(key)}
    if same:
        raise FileRefusedError(
            f"it has no {', '.join(same.values())}; did you mean its {', '.join(map(show_name, same))}? "
            f"Upper and lower case differ. {REMEDY}"
        )
    warnings = []
    for key in keys:
        near = nearest(key, missing) or next((name for name in missing if _words(name)[-1:] == _words(key)[-1:]), None)
        if near:
            warnings.append(f"{file.path} has no {near}; did you mean its {key}, which is not read? {REMEDY}")
    return tuple(warnings)


def _words(name: str) -> list[str]:
    return [word.lower() for word in WORDS.findall(name)]
