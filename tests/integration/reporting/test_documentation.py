"""`build_docs`: one page that holds what every table means, asks nobody else for anything, and waits for its turn."""

import contextlib
import io
import json
import re
import shutil
import threading
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from lead_sla.errors import InputError
from lead_sla.settings import Settings, load_settings
from lead_sla.transform.documentation import build_docs
from lead_sla.warehouse import current_holder, hold_lock
from tests.support.harness import Company, parsed_manifest
from tests.support.sharing import empty_home

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def settings(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with a copy of the company's warehouse and nothing else."""
    home = empty_home(tmp_path_factory)
    shutil.copy(company.settings.warehouse_path, home)
    shutil.copytree(company.settings.seeds, home / "seeds")
    return load_settings(home=home, seeds=home / "seeds", feeds=company.settings.feeds)


@pytest.fixture(scope="module")
def output() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(scope="module")
def page(settings: Settings, output: io.StringIO) -> Path:
    """The documentation, asked for while somebody else holds the warehouse for a moment."""
    taken, release = threading.Event(), threading.Event()

    def refresh() -> None:
        with hold_lock(settings, "refresh under test"):
            taken.set()
            release.wait(timeout=60)

    holder = threading.Thread(target=refresh)
    holder.start()
    taken.wait(timeout=60)
    threading.Timer(0.5, release.set).start()
    with contextlib.redirect_stdout(output):
        page = build_docs(settings)
    holder.join(timeout=60)
    return page


def test_it_waits_for_the_warehouse_and_leaves_nothing_but_the_page(
    settings: Settings, page: Path, output: io.StringIO
) -> None:
    assert "held by refresh under test" in output.getvalue()
    assert current_holder(settings) is None
    assert page == settings.home / "docs" / "index.html"
    assert list(page.parent.iterdir()) == [page]


def test_it_holds_what_every_table_and_column_of_the_mart_means(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    marts = [
        node for node in parsed_manifest().nodes.values() if node.schema == "marts" and node.resource_type == "model"
    ]
    assert len(marts) > 15
    meanings = [mart.description for mart in marts]
    meanings += [column.description for mart in marts for column in mart.columns.values()]
    meanings += [metric.description for metric in parsed_manifest().metrics.values()]
    meanings += [exposure.description for exposure in parsed_manifest().exposures.values()]
    assert [meaning for meaning in meanings if json.dumps(meaning)[1:-1] not in text] == []


def test_it_knows_the_types_that_the_warehouse_has(page: Path) -> None:
    column = re.search(r'"attainment_rate": \{"type": "(\w+)"', page.read_text(encoding="utf-8"))
    assert column is not None
    assert column[1] == "DOUBLE"


@pytest.mark.external
def test_it_is_read_in_a_browser_without_asking_anybody_else(page: Path, browser: Browser) -> None:
    asked: list[str] = []
    tab = browser.new_page()
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{page.as_uri()}#!/model/model.lead_sla.rpt_sla_status")
    tab.get_by_text("How are we doing today?").first.wait_for()
    tab.wait_for_load_state("networkidle")
    assert page.as_uri() in {url.partition("#")[0] for url in asked}
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    tab.close()


def test_without_a_warehouse_the_remedy_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"The warehouse .* does not exist. Run `lead-sla refresh` first"):
        build_docs(load_settings(home=tmp_path))
    assert list(tmp_path.iterdir()) == []
