"""An account of the fake HubSpot for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pulls import SMALL_PAGES, Account, account


@pytest.fixture
def hubspot(tmp_path: Path) -> Iterator[Account]:
    with account(tmp_path) as fake:
        yield fake


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, size in SMALL_PAGES:
        monkeypatch.setattr(module, name, size)
