"""The company that every report is tested on, its mart and its page, each made once; and a browser to open it in."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, Page

from lead_sla.mart.reading import open_version
from lead_sla.reporting.page import write_page
from tests.support.browser import open_browser
from tests.support.harness import Company
from tests.support.reported_company import publish_reported_company
from tests.support.sharing import build_once


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Published, and not to be changed: a test that does takes a copy."""
    return Company.at(build_once(tmp_path_factory, "reported", publish_reported_company))


@pytest.fixture(scope="module")
def mart(company: Company) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_version(company.settings, company.settings.published_dir / "current") as connection:
        yield connection


@pytest.fixture(scope="module")
def file(company: Company, mart: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "index.html"
    write_page(company.settings, mart, path)
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    yield from open_browser()


@pytest.fixture
def open_page(browser: Browser, file: Path) -> Iterator[Callable[..., Page]]:
    """Opens the page; when the test is over, nothing may have gone wrong and nobody else may have been asked."""
    wrong: list[str] = []
    pages = []

    def open_it(address: str = "", **context: Any) -> Page:
        page = browser.new_page(**context)
        pages.append(page)
        page.on("console", lambda message: message.type != "log" and wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(f"a name ran as a script: {dialog.message}"))
        page.on("request", lambda request: request.url.startswith(("http", "ws")) and wrong.append(request.url))
        page.goto(file.as_uri() + address)
        page.wait_for_selector("#shown:not([hidden])")
        return page

    yield open_it
    for page in pages:
        page.close()
    assert wrong == []
