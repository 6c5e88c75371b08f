"""A bare dbt run stops before it computes 1970, and its message tells how to run it; what needs no day goes on."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from lead_sla.settings import PROJECT_DIR

DBT = Path(sys.executable).with_name("dbt")
GIVEN = ("--vars", '{as_of_date: "2026-10-31"}')


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where dbt keeps what it has parsed, for the next test."""
    return tmp_path_factory.mktemp("target")


@pytest.fixture
def warehouse(target: Path) -> Path:
    """A warehouse that does not exist yet, where dbt has always been given it."""
    path = target / "warehouse.duckdb"
    path.unlink(missing_ok=True)
    return path


def run_dbt(warehouse: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run dbt by hand, as the how-to has it, on the warehouse."""
    folder = str(warehouse.parent)
    environment = {"DBT_DUCKDB_PATH": str(warehouse), "DBT_TARGET_PATH": folder, "DBT_LOG_PATH": folder}
    return subprocess.run(
        [DBT, *arguments], env=environment, cwd=PROJECT_DIR, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "arguments", [("build", "--select", "+dim_event_types"), ("test", "--select", "dim_event_types")]
)
def test_the_placeholder_is_refused_before_anything_is_built(warehouse: Path, arguments: tuple[str, ...]) -> None:
    refused = run_dbt(warehouse, *arguments)
    assert refused.returncode != 0
    assert "The var as_of_date is missing" in refused.stdout
    assert "Run `lead-sla refresh`, or dbt alone with --exclude-resource-type unit_test --vars" in refused.stdout
    with duckdb.connect(str(warehouse)) as connection:
        assert connection.execute("from duckdb_tables()").fetchall() == []


def test_seeds_and_unit_tests_need_no_day(warehouse: Path) -> None:
    seeded = run_dbt(warehouse, "seed", "--select", "event_types")
    assert seeded.returncode == 0, seeded.stdout


def test_with_a_day_it_builds(warehouse: Path) -> None:
    built = run_dbt(
        warehouse, "build", "--select", "+dim_event_types", "--exclude-resource-type", "unit_test", "test", *GIVEN
    )
    assert built.returncode == 0, built.stdout
    with duckdb.connect(str(warehouse)) as connection:
        assert connection.execute("select count(*) from marts.dim_event_types").fetchall()[0][0] > 0
