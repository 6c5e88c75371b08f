"""The benchmark measures what it says: its floor computes the very table that the measured refresh publishes."""

from pathlib import Path

import pytest

from bench.data import HISTORY_UNTIL, write_bench_company
from bench.floor import count_differences, run_floor
from tests.support.command_line import lead_sla


@pytest.mark.soak
def test_the_floor_equals_the_published_mart(tmp_path: Path) -> None:
    company = write_bench_company(tmp_path, 20_000)
    settings = company.settings
    refreshed = lead_sla(settings, "refresh", "--as-of", HISTORY_UNTIL.isoformat())
    assert refreshed.returncode == 0, refreshed.stdout + refreshed.stderr
    (artifacts,) = (settings.home / "dbt" / "runs").iterdir()
    run_floor(settings, artifacts, tmp_path / "floor.parquet")
    assert count_differences(settings, tmp_path / "floor.parquet") == 0
