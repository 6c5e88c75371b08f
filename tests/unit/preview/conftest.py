"""What the tests of previews share."""

import shutil
from pathlib import Path

import pytest

from lead_sla.settings import PROJECT_DIR, Settings, load_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A company with the seeds and feeds that it starts with."""
    company = tmp_path / "company"
    company.mkdir()
    shutil.copy(PROJECT_DIR / "feeds.yml", company / "feeds.yml")
    shutil.copytree(PROJECT_DIR / "seeds", company / "seeds")
    made = load_settings(home=company / "data", feeds=company / "feeds.yml", seeds=company / "seeds")
    made.landing_dir.mkdir(parents=True)
    return made
