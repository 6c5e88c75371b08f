"""A refresh with little memory spills to disk and gives the same mart."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from lead_sla.sample.company import write_company
from lead_sla.settings import PROJECT_DIR, load_settings
from tests.oracle import compare, read_tables
from tests.oracle.inputs import Tables
from tests.support.command_line import lead_sla

AS_OF = date(2026, 6, 20)


@pytest.mark.soak
def test_the_sample_company_refreshes_with_100_megabytes(tmp_path: Path) -> None:
    assert compare(refresh(tmp_path / "much", "4GB"), refresh(tmp_path / "little", "100MB")) == []


def refresh(home: Path, memory_limit: str) -> Tables:
    """The mart of the sample company, refreshed with so much memory for DuckDB."""
    home.mkdir()
    write_company(home, until=AS_OF)
    settings = load_settings(home=home, seeds=home / "seeds", feeds=PROJECT_DIR / "feeds.yml")
    refreshed = lead_sla(settings, "refresh", "--as-of", str(AS_OF), LEAD_SLA_MEMORY_LIMIT=memory_limit)
    assert refreshed.returncode == 0, refreshed.stdout + refreshed.stderr
    with duckdb.connect(str(settings.mart_path), read_only=True) as mart:
        return read_tables(mart, "main")
