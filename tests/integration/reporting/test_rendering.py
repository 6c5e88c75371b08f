"""What people look at is drawn into the version before anybody sees it, and never keeps a mart from being published."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lead_sla.publishing import publish
from lead_sla.reporting import rendering
from lead_sla.settings import Settings, load_settings
from tests.support.harness import Company
from tests.support.reported_company import AS_OF, PUBLISHED_AT


@pytest.fixture
def settings(company: Company, tmp_path: Path) -> Settings:
    """The company, with nothing published yet."""
    shutil.copy(company.settings.warehouse_path, tmp_path)
    return load_settings(home=tmp_path, seeds=company.settings.seeds, feeds=company.settings.feeds)


def publish_rendered(settings: Settings) -> list[str]:
    now = PUBLISHED_AT + timedelta(hours=1)
    return list(publish(settings, "drawn", AS_OF, now, None, rendering.render_reports).failed_reports)


def break_down(*_: Any) -> None:
    raise ValueError("no <ink> left")


def test_page_and_workbook_stand_beside_the_mart_and_cannot_be_written(settings: Settings) -> None:
    assert publish_rendered(settings) == []
    folder = settings.published_dir / "current"
    for name in ("index.html", "lead_sla.xlsx", "sla_mart.duckdb"):
        assert (folder / name).stat().st_mode & 0o777 == 0o444
    page = settings.page_path.read_text()
    assert 'href="lead_sla.xlsx"' in page
    assert "Refresh began 2026-06-18 07:00 UTC" in page


def test_a_page_that_cannot_be_drawn_is_replaced_by_one_with_the_error(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "write_page", break_down)
    problem = "The page could not be rendered: ValueError: no <ink> left"
    assert publish_rendered(settings) == [problem]
    assert "The page could not be rendered: ValueError: no &lt;ink&gt; left" in settings.page_path.read_text()
    with duckdb.connect(str(settings.mart_path), read_only=True) as mart:
        assert mart.execute("select run_id from publication").fetchall() == [("drawn",)]
    assert json.loads(settings.page_path.with_name("manifest.json").read_text())["failed_reports"] == [problem]


def test_without_a_workbook_the_page_shows_that_it_is_missing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "write_workbook", break_down)
    assert publish_rendered(settings) == ["The workbook could not be rendered: ValueError: no <ink> left"]
    page = settings.page_path.read_text()
    assert "The workbook could not be rendered" in page
    assert "lead_sla.xlsx" not in page
    assert not settings.page_path.with_name("lead_sla.xlsx").exists()
