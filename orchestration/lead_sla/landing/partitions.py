"""Columns in the path of a file, as Hive and Spark write them: `crm/region=emea/2026.csv` has a column `region`."""

from pathlib import PurePosixPath
from urllib.parse import unquote

from lead_sla.sql import literal

MISSING = "__HIVE_DEFAULT_PARTITION__"


def partition_columns(path: str) -> dict[str, str]:
    """SQL for the text of each such column, by name."""
    columns = {}
    for folder in PurePosixPath(path).parts[:-1]:
        name, sign, value = folder.partition("=")
        if name.strip() and sign:
            text = unquote(value)
            columns[unquote(name).strip()] = "cast(null as varchar)" if text == MISSING else literal(text)
    return columns
