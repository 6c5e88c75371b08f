"""A refresh with little memory spills to disk and gives the same mart."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from lead_sla.sample.company import write_company
from lead_sla.settings import PROJECT_DIR, Settings, load_settings
from tests.support.command_line import lead_sla

AS_OF = date(2026, 6, 20)


@pytest.mark.soak
def test_the_sample_company_refreshes_with_100_megabytes(tmp_path: Path) -> None:
    statuses = []
    for limit in ("100MB", "4GB"):
        home = tmp_path / limit
        home.mkdir()
        write_company(home, until=AS_OF)
        settings = load_settings(home=home, seeds=home / "seeds", feeds=PROJECT_DIR / "feeds.yml")
        refreshed = lead_sla(settings, "refresh", "--as-of", str(AS_OF), LEAD_SLA_MEMORY_LIMIT=limit)
        assert refreshed.returncode == 0, refreshed.stdout + refreshed.stderr
        statuses.append(read_statuses(settings))
    assert statuses[0] == statuses[1]


def read_statuses(settings: Settings) -> list[tuple]:
    with duckdb.connect(str(settings.mart_path), read_only=True) as mart:
        return mart.execute("from rpt_sla_status order by all").fetchall()
