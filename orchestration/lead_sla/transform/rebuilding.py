"""The state of incremental models: the last file that they contain, and which of them have to be rebuilt.

An incremental model computes what newly landed files affect. That is correct as long as its other inputs
are unchanged: its SQL, the seeds and vars that this SQL reads, and the order of the feeds. A hash of each is kept in
the schema `build`; if one has changed, the tables that depend on it are dropped, and dbt rebuilds them. Events that are
dated ahead wait for their day: of a table that depends on it, the last day is kept, and an earlier one is a change.

Tests of unchanging rows also test only what newly landed files affect: the last file that they have
passed for is kept as well, and is reset to 0 when a table is rebuilt.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

VAR = re.compile(r"""\bvar\(\s*["'](\w+)["']""")
CLOCK = "as_of_date"  # later models select the events up to it; what an incremental model keeps only grows with it
EARLIER_DAY = "an earlier as_of_date"
REBUILD_REASON = "rebuild_reason"  # the name under which a run reports what `prepare_build` returns
FEEDS_FILE = "the feeds in feeds.yml"

CREATE = """
    create schema if not exists build;
    create table if not exists build.watermark (file_number bigint);
    create table if not exists build.tested (file_number bigint);
    create table if not exists build.inputs (model varchar, input varchar, fingerprint varchar);
    insert into build.watermark select 0 where not exists (from build.watermark);
    insert into build.tested select 0 where not exists (from build.tested);
"""
FEEDS = """
    select string_agg(concat_ws(' ', feed, replaces_events, lists_all_records), ',' order by feed_order) from raw.feeds
    where feed in (select feed from raw.landed_files)
"""
REWRITTEN_FILES = "files that were forgotten or landed again"
REWRITTEN = """
    select md5(string_agg(concat_ws(' ', file_number, read_again_at, forgotten_at), ',' order by file_number))
    from raw.landed_files
    where read_again_at is not null or forgotten_at is not null
"""

Inputs = dict[str, str]


def prepare_build(
    connection: duckdb.DuckDBPyConnection,
    manifest: Mapping[str, Any],
    variables: Mapping[str, Any],
    seeds: Path,
    *,
    full_refresh: bool = False,
) -> dict[str, str]:
    """Drop the incremental tables whose inputs have changed; all of them for a full refresh.

    Args:
        connection: the warehouse, in which the files have landed.
        manifest: the current manifest of dbt.
        variables: the dbt vars of the run, with those of `dbt_project.yml`.
        seeds: the folder of the seeds.
        full_refresh: whether to rebuild everything.

    Returns:
        The models that are rebuilt because of changed inputs, as schema.table, and what has changed.
    """
    connection.execute(CREATE)
    (feeds,) = connection.execute(FEEDS).fetchall()[0]
    (rewritten,) = connection.execute(REWRITTEN).fetchall()[0]
    (newest,) = connection.execute("select max(landed_at) from raw.landed_files").fetchall()[0]
    connection.execute("begin")
    if full_refresh:
        connection.execute("update build.watermark set file_number = 0")
    reasons = {}
    for node in _incremental_nodes(manifest):
        inputs = {
            **_find_inputs(manifest, node, variables, seeds, newest),
            FEEDS_FILE: _hash(feeds or ""),
            **({REWRITTEN_FILES: rewritten} if rewritten else {}),
        }
        before = dict(
            connection.execute("select input, fingerprint from build.inputs where model = ?", [node["name"]]).fetchall()
        )
        changed = _changed(before, inputs)
        if full_refresh or changed:
            connection.execute("update build.tested set file_number = 0")
            connection.execute(f"drop table if exists {node['schema']}.{node['alias']}")
            if before and not full_refresh:
                reasons[f"{node['schema']}.{node['alias']}"] = changed
        if inputs != before:
            connection.execute("delete from build.inputs where model = ?", [node["name"]])
            connection.executemany("insert into build.inputs values (?, ?, ?)", _rows(node["name"], inputs))
    connection.execute("commit")
    return reasons


def tested_file_number(connection: duckdb.DuckDBPyConnection) -> int:
    """The last file for which the tests of unchanging rows have passed; call it after `prepare_build`."""
    return int(connection.execute("select file_number from build.tested").fetchall()[0][0])


def advance_watermark(connection: duckdb.DuckDBPyConnection) -> None:
    """Record that all landed files have been built and tested."""
    connection.execute("begin")
    for table in ("watermark", "tested"):
        connection.execute(
            f"update build.{table} set file_number = (select coalesce(max(file_number), 0) from raw.landed_files)"
        )
    connection.execute("commit")


def _incremental_nodes(manifest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node["config"]["materialized"] == "incremental":
            yield node


def _find_inputs(
    manifest: Mapping[str, Any],
    node: Mapping[str, Any],
    variables: Mapping[str, Any],
    folder: Path,
    newest: datetime | None,
) -> Inputs:
    """A hash for each input of the model, by a display name, and the last day if it depends on that."""
    models, seeds = _upstream(manifest, node)
    texts = [model["raw_code"] for model in models] + _macro_texts(manifest, models)
    names = {name for text in texts for name in VAR.findall(text)}
    return {
        **({EARLIER_DAY: _last_day(variables, newest)} if CLOCK in names else {}),
        "the SQL of the models": _hash("\0".join(sorted(texts))),
        **{path.relative_to(folder.parent).as_posix(): _hash_file(path) for path in _seed_paths(folder, seeds)},
        **{f"the rule {name}": _hash(repr(variables[name])) for name in names - {CLOCK}},
    }


def _last_day(variables: Mapping[str, Any], newest: datetime | None) -> str:
    """The later one of as_of_date and the newest landing day in the business zone, as YYYY-MM-DD."""
    if newest is None:
        return str(variables[CLOCK])
    landed = newest.replace(tzinfo=UTC).astimezone(ZoneInfo(variables["business_timezone"])).date()
    return max(str(variables[CLOCK]), landed.isoformat())


def _upstream(
    manifest: Mapping[str, Any], node: Mapping[str, Any]
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """The model and all models before it; all seeds before it."""
    found, waiting = {}, [node["unique_id"]]
    while waiting:
        unique_id = waiting.pop()
        if unique_id not in found and unique_id in manifest["nodes"]:
            found[unique_id] = manifest["nodes"][unique_id]
            waiting += found[unique_id]["depends_on"].get("nodes", [])
    models = [one for one in found.values() if one["resource_type"] == "model"]
    return models, [one for one in found.values() if one["resource_type"] == "seed"]


def _macro_texts(manifest: Mapping[str, Any], models: list[Mapping[str, Any]]) -> list[str]:
    """The text of every macro of ours that the models call, also through another macro or `adapter.dispatch`."""
    found, waiting = {}, [unique_id for model in models for unique_id in model["depends_on"]["macros"]]
    while waiting:
        unique_id = waiting.pop()
        if unique_id not in found and unique_id in manifest["macros"]:
            found[unique_id] = manifest["macros"][unique_id]
            waiting += found[unique_id]["depends_on"]["macros"]
    ours = {model["package_name"] for model in models}
    return [macro["macro_sql"] for macro in found.values() if macro["package_name"] in ours]


def _seed_paths(folder: Path, seeds: list[Mapping[str, Any]]) -> Iterator[Path]:
    for seed in seeds:
        yield from folder.rglob(f"{seed['name']}.csv")


def _hash_file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _rows(model: str, inputs: Inputs) -> list[tuple[str, str, str]]:
    return [(model, name, fingerprint) for name, fingerprint in inputs.items()]


def _changed(before: Inputs, now: Inputs) -> str:
    """The inputs that make the table another one, in words; a later day does not."""
    changed = {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}
    if before and now.get(EARLIER_DAY, "") >= before.get(EARLIER_DAY, ""):
        changed.discard(EARLIER_DAY)
    return ", ".join(sorted(changed))
