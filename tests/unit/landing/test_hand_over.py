"""What landed, as Parquet for another engine: complete after every call, each row once, whatever happened before."""

import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from lead_sla.errors import InputError
from lead_sla.landing.forgetting import forget
from lead_sla.landing.hand_over import hand_over
from lead_sla.settings import PROJECT_DIR
from lead_sla.sql import literal
from lead_sla.warehouse import connect
from tests.support.harness import Company

TABLES = ("feeds", "landed_files", "lead_events", "deal_events", "record_merges", "rejected_rows")


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path / "home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "handed over, it's here"


def land_leads(company: Company, *days: int) -> None:
    for day in days:
        rows = [{"lead_id": "l1", "event_type": "demo", "occurred_at": f"2026-01-{day:02}"}, {"lead_id": "broken"}]
        company.drop_file("lead_events", rows, f"{day:02}.csv")
    company.land()


def give(company: Company, folder: Path) -> int:
    connection = connect(company.settings)
    try:
        return hand_over(connection, company.settings.raw_dir, folder)
    finally:
        connection.close()


def assert_complete(company: Company, folder: Path) -> None:
    connection = connect(company.settings)
    try:
        for table in TABLES:
            connection.execute("set variable files = ?", [str(folder / table / "*.parquet")])
            handed, landed = "from read_parquet(getvariable('files'))", f"from raw.{table}"
            for one, other in ((handed, landed), (landed, handed)):
                assert connection.execute(f"{one} except all {other}").fetchall() == [], table
    finally:
        connection.close()


def test_an_empty_warehouse_hands_over_empty_tables(company: Company, folder: Path) -> None:
    company.land()
    assert give(company, folder) == 0
    assert_complete(company, folder)
    land_leads(company, 1)
    assert give(company, folder) == 1
    assert_complete(company, folder)


def test_each_call_adds_what_is_new_and_leaves_the_rest_alone(company: Company, folder: Path) -> None:
    land_leads(company, 1, 2)
    assert give(company, folder) == 2
    before = {path: path.stat().st_mtime_ns for path in folder.glob("*_events/*.parquet")}
    assert give(company, folder) == 0
    land_leads(company, 3)
    assert give(company, folder) == 1
    assert_complete(company, folder)
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_landed_files_that_an_older_release_exported_get_its_new_columns(company: Company, folder: Path) -> None:
    land_leads(company, 1, 2)
    give(company, folder)
    (path,) = (folder / "landed_files").glob("*.parquet")
    with duckdb.connect() as connection:
        connection.execute(f"create table old as select * exclude (rows_filtered) from read_parquet({literal(path)})")
        connection.execute(f"copy old to {literal(path)} (format parquet)")
    land_leads(company, 3)
    assert give(company, folder) == 1
    assert_complete(company, folder)


def test_a_table_that_an_older_release_did_not_export_is_added(company: Company, folder: Path) -> None:
    land_leads(company, 1, 2)
    give(company, folder)
    shutil.rmtree(folder / "record_merges")
    assert give(company, folder) == 0
    assert_complete(company, folder)


def test_an_interrupted_call_is_made_good(company: Company, folder: Path) -> None:
    land_leads(company, 1, 2)
    give(company, folder)
    (last,) = (folder / "landed_files").glob("*.parquet")
    last.unlink()  # written last, so this is what an interruption leaves
    land_leads(company, 3)
    assert give(company, folder) == 3
    assert_complete(company, folder)


@pytest.mark.parametrize("is_older", [False, True], ids=["this release", "an older release"])
def test_everything_is_exported_again_after_a_file_was_forgotten(
    company: Company, folder: Path, is_older: bool
) -> None:
    land_leads(company, 1, 2, 3)
    give(company, folder)
    if is_older:
        (path,) = (folder / "landed_files").glob("*.parquet")
        columns = "* exclude (read_again_at, forgotten_at)"
        duckdb.execute(f"copy (select {columns} from {literal(path)}) to {literal(path)} (format parquet)")
    connection = connect(company.settings)
    forget(connection, company.settings.raw_dir, "lead_events/02.csv", datetime(2026, 2, 1))
    connection.close()
    assert give(company, folder) == 3
    assert_complete(company, folder)
    assert give(company, folder) == 0


def test_the_folder_of_another_warehouse_is_refused(company: Company, folder: Path, tmp_path: Path) -> None:
    land_leads(company, 1)
    give(company, folder)
    other = Company(tmp_path / "other")
    land_leads(other, 2)
    with pytest.raises(InputError, match="Use an empty folder"):
        give(other, folder)


def test_the_command_prints_what_it_did(company: Company, folder: Path) -> None:
    land_leads(company, 1)
    command = [sys.executable, "-m", "lead_sla.landing.hand_over", folder]
    environment = {"LEAD_SLA_HOME": str(company.settings.home)}
    done = subprocess.run(command, env=environment, cwd=PROJECT_DIR, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"Exported to {folder}, with 1 new file.\n")
    elsewhere = environment | {"LEAD_SLA_HOME": str(folder)}
    done = subprocess.run(command, env=elsewhere, cwd=PROJECT_DIR, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Run `lead-sla land`" in done.stderr
