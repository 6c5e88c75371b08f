"""A disk that is full, wherever in a refresh that happens, is named; with room again, nothing has to be repaired."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from lead_sla.publishing import publish
from tests.support.cases import leads, sla, target
from tests.support.command_line import lead_sla
from tests.support.harness import Company

AS_OF = "2026-06-20"
MEGABYTE = 1_000_000
DISK_MEGABYTES = 300
# So little is left when the refresh begins: for its history, the log, the warehouse, dbt's results, the new version.
EVERYWHERE = (0, 1 * MEGABYTE, 6 * MEGABYTE, 13 * MEGABYTE, 22 * MEGABYTE)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, in memory."""
    if os.geteuid() != 0:
        pytest.skip("a small disk can only be mounted by root")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", disk], check=True)
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def read_progress(company: Company) -> list[tuple]:
    with duckdb.connect(str(company.settings.mart_path), read_only=True) as mart:
        return mart.execute("from fct_sla_daily_cumulative order by all").fetchall()


@pytest.mark.soak
def test_a_full_disk_is_named_and_leaves_nothing_to_repair(
    small_disk: Path, tmp_path: Path, record_property: Callable[..., None]
) -> None:
    company = Company(small_disk / "company")
    company.seed("sla_definitions", [sla("leads_all")])
    company.seed("sla_targets", [target("leads_all", "2026-06-01", 300)])
    company.drop_file("lead_events", leads(40, "demo", "2026-05-04"))
    assert lead_sla(company.settings, "refresh", "--as-of", AS_OF).returncode == 0
    published = read_progress(company)

    filler = small_disk / "filler"
    for number, left in enumerate(EVERYWHERE):
        company.drop_file("lead_events", leads(2, "demo", "2026-06-12", f"late-{number}"), f"{number}.csv")
        filler.write_bytes(bytes(shutil.disk_usage(small_disk).free - left))
        refused = lead_sla(company.settings, "refresh", "--as-of", AS_OF)
        assert refused.returncode == 1, (left, refused.stdout)
        assert f"The disk of {company.settings.home} is full" in refused.stderr, (left, refused.stderr)
        assert "Traceback" not in refused.stdout + refused.stderr, left
        assert read_progress(company) == published, left
        filler.unlink()

    finished = lead_sla(company.settings, "refresh", "--as-of", AS_OF)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    untouched = Company(tmp_path / "untouched")
    for folder in ("landing", "seeds"):
        shutil.copytree(company.settings.home / folder, untouched.settings.home / folder, dirs_exist_ok=True)
    untouched.refresh(AS_OF)
    publish(untouched.settings, "untouched", date.fromisoformat(AS_OF), datetime.now(UTC), None)
    assert read_progress(company) == read_progress(untouched)
    record_property("tried", f"{len(EVERYWHERE)} refreshes ran out of disk")
