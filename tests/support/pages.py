"""What a page states, so that a test can compare it: rows of seeds, and queries with their results."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from lead_sla.inputs.company_folder import write_company_folder
from tests.support.snippets import read_snippets

SEED = re.compile(r"`(seeds/[^`]+)`:\n\n```csv\n(.*?)```", re.DOTALL)
STATED = re.compile(r"```sql\n(select .*?)```\n\n((?:\|[^\n]*\n)+)", re.DOTALL)


def write_company_of_page(page: Path, folder: Path) -> None:
    """A new company's folder with the seeds and feeds of the page."""
    write_company_folder(folder)
    for path, rows in SEED.findall(page.read_text(encoding="utf-8")):
        assert (folder / path).exists()
        (folder / path).write_text(rows, encoding="utf-8")
    [feeds] = read_snippets(page, "yaml")
    (folder / "feeds.yml").write_text(feeds, encoding="utf-8")


def assert_stated(page: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Each query of the page has the result that follows it."""
    stated = STATED.findall(page.read_text(encoding="utf-8"))
    assert len(stated) >= 2
    for query, table in stated:
        cursor = connection.execute(query)
        names = [name for name, *_ in cursor.description or ()]
        assert rows_of_table(table) == [names, *([shown(value) for value in row] for row in cursor.fetchall())]


def rows_of_table(table: str) -> list[list[str]]:
    """The header and the rows of a table in Markdown."""
    header, _, *rows = ([cell.strip() for cell in line.strip("| ").split(" | ")] for line in table.splitlines())
    return [header, *rows]


def shown(value: Any) -> str:
    """A value as pages write it."""
    if isinstance(value, float):
        return f"{value:g}"
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
