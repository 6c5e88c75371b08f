"""Describes a failed dbt test: its rule, the rows that fail it, and the remedy."""

import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from lead_sla.formatting import show_cell, show_count
from lead_sla.inputs.seed_proposals import SEEDS_OF_KINDS, propose_lines
from lead_sla.settings import Settings
from lead_sla.warehouse import connect

BUILT_IN = {
    "accepted_values": "The column contains only the listed values.",
    "relationships": "Every value of the column exists in the parent table.",
}
HEADER = re.compile(r"\{#-?\s*(.*?)\s*-?#\}", re.DOTALL)
DEFAULT_REMEDY = (
    "Check the failing rows. Fix the files or seeds they come from and rerun; if those are correct, the model is wrong."
)
UNKNOWN_CODES = "assert_quarantined_events__codes_are_known"
MOSTLY_QUARANTINED = "assert_rpt_data_quality__most_events_of_a_feed_count"
AUDIT = "dbt_test__audit"  # the schema in which dbt itself stores failures
SHOWN_ROWS = 3
SHOWN_CHARACTERS = 40
# These can contain personal data, and messages are sent by mail and webhook.
UNSHOWN_COLUMNS = {"attributes", "original_text"}


@dataclass(frozen=True)
class Test:
    """A data test of the manifest: what it tests, its rule, and the table (schema.table) that stores its failures."""

    subject: str
    rule: str
    remedy: str
    failures: str


def describe_test(manifest: Mapping[str, Any], unique_id: str) -> Test:
    """Read the rule of a test from its description, its header comment, or the description of its macro."""
    node = manifest["nodes"][unique_id]
    header = HEADER.search(node["raw_code"]) if node["path"].endswith(".sql") else None
    rule, _, remedy = " ".join(header.group(1).split()).partition("Remedy: ") if header else ("", "", "")
    return Test(
        subject=_subject(node),
        rule=_without_query(node["description"] or rule or _macro_description(manifest, node)),
        remedy=remedy or DEFAULT_REMEDY,
        failures=f"{AUDIT}.{node['alias']}",
    )


def store_failures(settings: Settings, test: Test, query: str | None, count: int) -> str:
    """Store the failing rows until the next run, and describe them: how many, the first ones, and the table.

    The caller holds the lock of the warehouse, and dbt has ended.

    Args:
        settings: of the refresh.
        test: the failed test.
        query: the compiled SQL of the test; None when dbt stopped before it wrote its results.
        count: the number of failing rows that dbt reported.
    """
    if query is None:
        return "dbt stopped before it wrote the failing rows; see the log of the run."
    with closing(connect(settings)) as connection:
        try:
            connection.execute(f"create schema if not exists {AUDIT}")
            connection.execute(f"create or replace table {test.failures} as {query}")
        except duckdb.Error as error:
            return f"The failing rows could not be read again: {error}"
        name = test.failures.removeprefix(f"{AUDIT}.")
        if name == UNKNOWN_CODES:
            return _show_codes(settings.seeds, connection.execute(f"from {test.failures}").fetchall())
        if name == MOSTLY_QUARANTINED:
            return _show_feeds(connection.execute(f"from {test.failures}").fetchall())
        cursor = connection.execute(f"from {test.failures} limit {SHOWN_ROWS}")
        names = [column[0] for column in cursor.description or []]
        rows = [_show_row(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
    found = "1 row fails" if count == 1 else f"{count:,} rows fail"
    return f"{found}, stored in the table {test.failures} of the warehouse: {'; '.join(rows)}."


def _show_codes(seeds_dir: Path, rows: Sequence[tuple[str, str, int]]) -> str:
    """Lines for each seed that lacks codes, to be pasted and checked, with the number of rows of each code."""
    paragraphs = []
    for kind, table_name in SEEDS_OF_KINDS.items():
        counts = {code: count for of_kind, code, count in rows if of_kind == kind}
        if counts:
            path, lines = propose_lines(seeds_dir, table_name, list(counts))
            shown = ", ".join(f"{code} {show_count(count, 'row')}" for code, count in counts.items())
            paragraphs.append("\n".join([f"Lines for {path} ({shown}):", *lines]))
    return "\n".join(["", *paragraphs])


def _show_feeds(rows: Sequence[tuple[Any, ...]]) -> str:
    """A line for each feed of which most events are in quarantine."""
    lines = [
        f"Feed {feed}: {quarantined:,} of {show_count(settled, 'event')} in quarantine, {count:,} of them as {reason} "
        f"({meaning}), such as {str(example)[:SHOWN_CHARACTERS]} on line {line} of {path}. To do: {remedy}."
        for feed, quarantined, settled, reason, count, meaning, remedy, example, path, line in rows
    ]
    return "\n".join(["", *lines])


def drop_failures(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop the failing rows of an earlier run."""
    connection.execute(f"drop schema if exists {AUDIT} cascade")


def _without_query(rule: str) -> str:
    """A rule without what its query returns, which matters to readers of the query alone."""
    shown = []
    for sentence in re.split(r"(?<=\.) (?=[A-Z])", rule.strip()):
        if sentence.startswith("Returns "):
            consequence = sentence.partition("; if it fails, ")[2]
            shown += [f"If it fails, {consequence}"] if consequence else []
        else:
            shown.append(sentence)
    return " ".join(shown)


def _subject(node: Mapping[str, Any]) -> str:
    """The column or table of a generic test, in brackets; empty for others, whose rules name what they are about."""
    if not node.get("attached_node"):
        return ""
    table = node["attached_node"].rpartition(".")[-1]
    return f" ({node['column_name']} of {table})" if node.get("column_name") else f" ({table})"


def _macro_description(manifest: Mapping[str, Any], node: Mapping[str, Any]) -> str:
    metadata = node.get("test_metadata")
    if metadata is None:
        return ""
    if metadata["name"] in BUILT_IN:
        return BUILT_IN[metadata["name"]]
    macro = manifest["macros"].get(f"macro.{node['package_name']}.test_{metadata['name']}", {})
    return str(macro.get("description", ""))


def _show_row(row: Mapping[str, Any]) -> str:
    shown = {name: value for name, value in row.items() if name not in UNSHOWN_COLUMNS and value is not None}
    return ", ".join(f"{name}={show_cell(value)[:SHOWN_CHARACTERS]}" for name, value in shown.items())
