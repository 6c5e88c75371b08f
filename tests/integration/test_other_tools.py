"""The pages of docs/how-to/other-tools, from tables as each tool loads them to the numbers that the page states.

The tables, views, exports, seeds and feeds are those of the pages; DuckDB is the warehouse.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from lead_sla.inputs.company_folder import GUIDES
from lead_sla.inputs.feeds import load_feeds
from lead_sla.landing.checking import check_files
from lead_sla.settings import PROJECT_DIR
from lead_sla.sql import literal
from tests.support.harness import Company
from tests.support.pages import assert_stated, write_company_of_page
from tests.support.snippets import read_snippets

HOW_TO = PROJECT_DIR / "docs" / "how-to"
EXPORTING = HOW_TO / "from-other-tools.md"
PAGES = HOW_TO / "other-tools"
TOOLS = sorted(page.stem for page in PAGES.glob("*.md"))
AS_OF = "2026-01-31"
MODELS = "+fct_sla_daily +fct_won_deals_monthly +rpt_data_quality"
TABLE = re.compile(r"`(\w+)\.(\w+)`[^\n]*:\n\n```text\n(.*?)```", re.DOTALL)
PERSONAL = re.compile(r"name|email|phone|address|street|city|zip")
INSTANT = re.compile(r".*(_synced|_extracted_at|createdate|created_date|date_entered.*|timestamp)")
DELETIONS = {
    "airbyte-hubspot": "delete from hubspot.contacts where id = 1002",
    "dlt-hubspot": "update hubspot.contacts set is_deleted = true where id = 1002",
    "fivetran-hubspot": """
        update hubspot.contact
        set _fivetran_deleted = true, _fivetran_synced = '2026-02-01 04:00:00'
        where id = 1002
    """,
}


class Warehouse:
    """A warehouse with the tables and views of a page, which exports into a company's landing folder."""

    def __init__(self, page: Path, landing: Path, scratch: Path) -> None:
        """Create the tables and views."""
        self.landing = landing
        self.connection = duckdb.connect()
        self.connection.execute("set timezone = 'UTC'; create schema lead_sla")
        for schema, table, rows in TABLE.findall(page.read_text(encoding="utf-8")):
            path = scratch / f"{schema}.{table}.csv"
            path.write_text(rows, encoding="utf-8")
            types = {name: "timestamptz" for name in rows.split("\n", 1)[0].split(",") if INSTANT.fullmatch(name)}
            options = f", types = {types}" if types else ""
            self.connection.execute(f"create schema if not exists {schema}")
            self.connection.execute(
                f"create table {schema}.{table} as from read_csv({literal(str(path))}, header = true{options})"
            )
        self.connection.execute(read_snippets(page, "sql")[0])
        names = "select view_name from duckdb_views() where schema_name = 'lead_sla' order by all"
        self.views = [name for (name,) in self.connection.execute(names).fetchall()]

    def columns(self, view: str) -> list[str]:
        return [name for name, *_ in self.connection.execute(f"describe lead_sla.{view}").fetchall()]

    def export(self, view: str, statement: str) -> None:
        """Run an export of the page, which it shows for the deals."""
        (self.landing / "warehouse" / view).mkdir(parents=True, exist_ok=True)
        self.connection.execute(re.sub(r"\bdeals\b", view, statement).replace("data/landing", str(self.landing)))


@pytest.fixture
def company(tool: str, tmp_path: Path) -> Company:
    write_company_of_page(PAGES / f"{tool}.md", tmp_path / "company")
    return Company.at(tmp_path / "company")


@pytest.fixture
def warehouse(tool: str, company: Company, tmp_path: Path) -> Iterator[Warehouse]:
    """The tool's warehouse, after the first export and the one of the next day."""
    warehouse = Warehouse(PAGES / f"{tool}.md", company.settings.landing_dir, tmp_path)
    whole, since_then, *_ = read_snippets(EXPORTING, "sql")
    for view in warehouse.views:
        warehouse.export(view, whole)
        if "synced_at" in warehouse.columns(view):
            warehouse.export(view, since_then)
    yield warehouse
    warehouse.connection.close()


def test_the_pages_are_shipped() -> None:
    assert {f"docs/how-to/other-tools/{tool}.md" for tool in TOOLS} | {"docs/how-to/from-other-tools.md"} <= set(GUIDES)
    assert all(f"(other-tools/{tool}.md)" in EXPORTING.read_text(encoding="utf-8") for tool in TOOLS)


@pytest.mark.parametrize("tool", TOOLS)
def test_the_exports_give_the_numbers_of_the_page(tool: str, company: Company, warehouse: Warehouse) -> None:
    settings = company.settings
    checked = check_files(load_feeds(settings.feeds), settings.feeds, settings.landing_dir)
    assert checked.problems + checked.warnings == []
    exported = {name for view in warehouse.views for name in warehouse.columns(view)}
    assert not {name for name in exported if PERSONAL.search(name)} - {"stage_name"}
    company.refresh(AS_OF, select=MODELS)
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        connection.execute("set search_path = 'marts'")
        assert_stated(PAGES / f"{tool}.md", connection)


@pytest.mark.parametrize("tool", DELETIONS)
def test_a_contact_that_is_deleted_later_is_no_lead(tool: str, company: Company, warehouse: Warehouse) -> None:
    warehouse.connection.execute(DELETIONS[tool])
    whole, since_then, *_ = read_snippets(EXPORTING, "sql")
    for view in warehouse.views:
        if "synced_at" in warehouse.columns(view):
            warehouse.export(view, since_then.replace("2026-01-31", "2026-02-01"))
        else:
            warehouse.export(view, whole.replace("2026-01-30", "2026-02-01"))
    company.refresh(AS_OF, select="+fct_sla_daily")
    [row] = company.query("select sum(leads)::int as leads from marts.fct_sla_daily where sla_id = 'leads_all'")
    assert row["leads"] == 2


@pytest.mark.parametrize("tool", ["fivetran-salesforce"])
def test_a_whole_export_of_the_same_tables_changes_nothing(tool: str, company: Company, warehouse: Warehouse) -> None:
    whole, *_ = read_snippets(EXPORTING, "sql")
    for view in warehouse.views:
        warehouse.export(view, whole.replace("2026-01-30", "2026-02-01"))
    company.refresh(AS_OF, select=MODELS)
    counted = company.query("select feed, reason, row_count from marts.rpt_data_quality where row_count > 0")
    counts = {(row["feed"], row["reason"]): row["row_count"] for row in counted}
    assert counts["salesforce_conversions", "merged_records"] == counts["salesforce_conversions", "accepted"] == 1
    assert counts["salesforce_leads", "accepted"] == 2
    assert counts["salesforce_deals", "accepted"] == 4
    assert not {reason for _, reason in counts if reason == "conflicting_duplicate"}
