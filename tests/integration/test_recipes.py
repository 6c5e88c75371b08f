"""The recipes of docs/how-to/recipes: each file of a vendor's shape gives the numbers that its page states.

Seeds, feeds, queries and results are read from the pages, so that what is shipped is what is tested.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook

from lead_sla.inputs.company_folder import GUIDES
from lead_sla.inputs.feeds import load_feeds
from lead_sla.landing.checking import check_files
from lead_sla.preview.previews import preview_file
from lead_sla.settings import PROJECT_DIR
from tests.support.command_line import lead_sla
from tests.support.harness import Company
from tests.support.pages import assert_stated, write_company_of_page
from tests.support.snippets import read_snippets

PAGES = PROJECT_DIR / "docs" / "how-to" / "recipes"
EXPORTS = PROJECT_DIR / "tests" / "recipes"
RECIPES = sorted(folder.name for folder in EXPORTS.iterdir())
BY_COMMAND = "hubspot"
AS_OF = "2026-01-31"
MODELS = "+fct_sla_daily +fct_won_deals_monthly +rpt_data_quality"
ENCODINGS = {"salesforce-report": "iso-8859-1"}


@pytest.fixture(params=RECIPES)
def recipe(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def company(recipe: str, tmp_path: Path) -> Company:
    """A new company's folder with the seeds and feeds of the page and the vendor's files."""
    write_company_of_page(PAGES / f"{recipe}.md", tmp_path)
    shutil.copytree(EXPORTS / recipe, tmp_path / "landing" / recipe)
    return Company.at(tmp_path)


def read_page(recipe: str) -> str:
    return (PAGES / f"{recipe}.md").read_text(encoding="utf-8")


def test_every_recipe_has_files_and_is_shipped() -> None:
    pages = sorted(page.stem for page in PAGES.glob("*.md"))
    assert pages == RECIPES
    assert {f"docs/how-to/recipes/{page}.md" for page in pages} <= set(GUIDES)


def test_the_page_shows_the_files(recipe: str) -> None:
    page = read_page(recipe)
    shown = read_snippets(PAGES / f"{recipe}.md", "text")
    for path in sorted(path for path in (EXPORTS / recipe).rglob("*") if path.is_file()):
        if path.suffix == ".xlsx":
            assert all(row in page for row in rows_of_sheet(path)), path
        else:
            assert path.read_text(ENCODINGS.get(recipe, "utf-8-sig")) in shown, path


def rows_of_sheet(path: Path) -> Iterator[str]:
    """The rows of the first sheet as the page shows them, without the second column, which has checksums."""
    for row in load_workbook(path).worksheets[0].iter_rows(values_only=True):
        cells = ["" if cell is None else str(cell) for cell in (row[0], *row[2:])]
        yield re.sub(r"\|  (?=\|)", "| ", f"| {' | '.join(cells)} |")


def test_files_have_the_columns_that_feeds_read_and_a_preview_shows_that_they_land(company: Company) -> None:
    settings = company.settings
    checked = check_files(load_feeds(settings.feeds), settings.feeds, settings.landing_dir)
    assert checked.problems + checked.warnings == []
    for path in sorted(path for path in settings.landing_dir.rglob("*") if path.is_file()):
        preview = preview_file(path, settings)
        assert preview.taking
        assert preview.taking.outcome
        assert preview.taking.outcome.landed.rows_rejected == 0


def test_the_proposed_feed_of_each_file_lands_all_its_rows(recipe: str, company: Company) -> None:
    for path in sorted(path for path in (EXPORTS / recipe).rglob("*") if path.is_file()):
        proposed = preview_file(path, company.settings).proposed
        assert proposed
        assert proposed.outcome.landed.rows_rejected == 0
        assert proposed.outcome.landed.rows_landed > 0
        assert not proposed.outcome.landed.warnings


def test_the_mart_has_the_numbers_of_the_page(recipe: str, company: Company) -> None:
    if recipe == BY_COMMAND:
        refresh_by_command(company)
        mart = company.settings.mart_path
    else:
        company.refresh(AS_OF, select=MODELS)
        mart = company.settings.warehouse_path
    assert f"--as-of {AS_OF}" in read_page(recipe)
    with duckdb.connect(str(mart), read_only=True) as connection:
        if recipe != BY_COMMAND:
            connection.execute("set search_path = 'marts'")
        assert_stated(PAGES / f"{recipe}.md", connection)


def refresh_by_command(company: Company) -> None:
    commands = [line for block in read_snippets(PAGES / f"{BY_COMMAND}.md", "shell") for line in block.splitlines()]
    assert commands == ["lead-sla check", "lead-sla refresh"]
    checked = lead_sla(company.settings, "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    refreshed = lead_sla(company.settings, "refresh", "--as-of", AS_OF)
    assert refreshed.returncode == 0, refreshed.stdout + refreshed.stderr
