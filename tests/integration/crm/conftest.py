"""An account of the fake HubSpot, and an org of the fake Salesforce, for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pulls import SMALL_PAGES, Account, account
from tests.support.salesforce_pulls import PAGE_ROWS, SMALL_SLICES, Org, org


@pytest.fixture
def hubspot(tmp_path: Path) -> Iterator[Account]:
    with account(tmp_path) as fake:
        yield fake


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, size in SMALL_PAGES:
        monkeypatch.setattr(module, name, size)


@pytest.fixture
def salesforce(tmp_path: Path) -> Iterator[Org]:
    with org(tmp_path) as fake:
        yield fake


@pytest.fixture
def small_slices(salesforce: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few records fill several pages and slices."""
    salesforce.server.queries.page_rows = PAGE_ROWS
    for module, name, size in SMALL_SLICES:
        monkeypatch.setattr(module, name, size)
