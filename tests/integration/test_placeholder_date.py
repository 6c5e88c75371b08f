"""A bare dbt run stops before it computes 1970, and its message tells how to run it; what needs no day goes on."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from lead_sla.settings import PROJECT_DIR

DBT = Path(sys.executable).with_name("dbt")
GIVEN = ("--vars", '{as_of_date: "2026-10-31"}')


def run_dbt(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run dbt by hand, as the how-to has it, on a warehouse of its own."""
    places = {"DBT_DUCKDB_PATH": folder / "warehouse.duckdb", "DBT_TARGET_PATH": folder, "DBT_LOG_PATH": folder}
    environment = {name: str(path) for name, path in places.items()}
    return subprocess.run(
        [DBT, *arguments], env=environment, cwd=PROJECT_DIR, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "arguments", [("build", "--select", "+dim_event_types"), ("test", "--select", "dim_event_types")]
)
def test_the_placeholder_is_refused_before_anything_is_built(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    refused = run_dbt(tmp_path, *arguments)
    assert refused.returncode != 0
    assert "The var as_of_date is missing" in refused.stdout
    assert "Run `lead-sla refresh`, or dbt alone with --exclude-resource-type unit_test --vars" in refused.stdout
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as warehouse:
        assert warehouse.execute("from duckdb_tables()").fetchall() == []


def test_with_a_day_it_builds(tmp_path: Path) -> None:
    built = run_dbt(
        tmp_path, "build", "--select", "+dim_event_types", "--exclude-resource-type", "unit_test", "test", *GIVEN
    )
    assert built.returncode == 0, built.stdout
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as warehouse:
        assert warehouse.execute("select count(*) from marts.dim_event_types").fetchall()[0][0] > 0


def test_seeds_and_unit_tests_need_no_day(tmp_path: Path) -> None:
    seeded = run_dbt(tmp_path, "seed", "--select", "event_types")
    assert seeded.returncode == 0, seeded.stdout
