"""What the tests of `lead-sla check` share."""

from pathlib import Path

import pytest

from tests.support.checked_company import FEEDS, LEAD_HEADER, write
from tests.support.small_seeds import write_seeds


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_seeds(tmp_path / "seeds")
    write(tmp_path / "feeds.yml", FEEDS)
    write(tmp_path / "data/landing/website/january.csv", LEAD_HEADER)
    write(tmp_path / "data/landing/crm/deals.csv", "id,status,closed,owner\n")
    return tmp_path
