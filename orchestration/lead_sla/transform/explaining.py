"""What a failed dbt test means, in words: what it demands, which rows break that, and what to do."""

import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import duckdb

from lead_sla.settings import Settings
from lead_sla.warehouse import connect

BUILT_IN = {
    "not_null": "The column has a value in every row.",
    "unique": "No two rows have the same value in the column.",
    "accepted_values": "The column holds only the values that are listed.",
    "relationships": "Every value of the column exists in the table it points to.",
}
HEADER = re.compile(r"\{#-?\s*(.*?)\s*-?#\}", re.DOTALL)
DEFAULT_REMEDY = (
    "Look at these rows, mend the files or the seeds they come from and run again; if those are right, the model is "
    "wrong."
)
AUDIT = "dbt_test__audit"  # the name that dbt gives to such a schema
SHOWN_ROWS = 3
SHOWN_CHARACTERS = 40
# What a source sent beside the canonical columns can be personal, and messages travel.
UNSHOWN_COLUMNS = {"attributes", "original_text"}


@dataclass(frozen=True)
class Test:
    """A data test of the manifest. `kept_in` is the table for rows that break it, as schema.table."""

    subject: str
    demand: str
    remedy: str
    kept_in: str


def describe_test(manifest: Mapping[str, Any], unique_id: str) -> Test:
    """Find what the project says about a test: its description, its header comment, or that of its macro."""
    node = manifest["nodes"][unique_id]
    header = HEADER.search(node["raw_code"]) if node["path"].endswith(".sql") else None
    demand, _, remedy = " ".join(header.group(1).split()).partition("Remedy: ") if header else ("", "", "")
    return Test(
        subject=_subject(node),
        demand=(node["description"] or demand or _macro_description(manifest, node)).strip(),
        remedy=remedy or DEFAULT_REMEDY,
        kept_in=f"{AUDIT}.{node['alias']}",
    )


def keep_rows(settings: Settings, test: Test, query: str | None, count: int) -> str:
    """Keep the failing rows until the next run, and put them into words: how many, some of them, and where all are.

    The caller holds the warehouse, and dbt has ended.

    Args:
        settings: of the refresh.
        test: the failed test.
        query: what the test selects, as dbt has compiled it; None when dbt broke off before it could say.
        count: how many rows dbt has counted.
    """
    if query is None:
        return "dbt broke off before it could say which rows; the run's log says why."
    with closing(connect(settings)) as connection:
        try:
            connection.execute(f"create schema if not exists {AUDIT}")
            connection.execute(f"create or replace table {test.kept_in} as {query}")
        except duckdb.Error as error:
            return f"The test could not be carried out: {error}"
        cursor = connection.execute(f"from {test.kept_in} limit {SHOWN_ROWS}")
        names = [column[0] for column in cursor.description or []]
        rows = [_show_row(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
    times = "1 row breaks" if count == 1 else f"{count:,} rows break"
    return f"{times} that, kept in the table {test.kept_in} of the warehouse: {'; '.join(rows)}."


def forget_rows(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what an earlier run has kept."""
    connection.execute(f"drop schema if exists {AUDIT} cascade")


def _subject(node: Mapping[str, Any]) -> str:
    tested = [node["attached_node"]] if node.get("attached_node") else node["depends_on"]["nodes"]
    tables = " and ".join(name.rpartition(".")[-1] for name in tested)
    return f"{node['column_name']} of {tables}" if node.get("column_name") else tables


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
    return ", ".join(f"{name}={str(value)[:SHOWN_CHARACTERS]}" for name, value in shown.items())
