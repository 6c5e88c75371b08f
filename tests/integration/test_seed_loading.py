"""dbt loads seeds from a folder outside the project as they were checked, and leaves the analyst's files alone."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from lead_sla.inputs.seeds import check_seeds
from tests.support.small_seeds import HOLIDAYS, PLAN, RATES, SEEDS, TYPES, run_dbt, write_seed, write_seeds

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seeds that were edited in several editors and loaded, under a path with an apostrophe."""
    home = tmp_path_factory.mktemp("analyst's home")
    write_seeds(home / "seeds")
    write_seed(home / "seeds" / HOLIDAYS, 'label,segment,holiday_date\n"It\'s ""the"" day",all,2026-01-01\n')
    write_seed(home / "seeds" / RATES, "\ufeff" + SEEDS[RATES].replace("\n", "\r\n"))
    write_seed(home / "seeds" / TYPES, SEEDS[TYPES].replace("\n", "\n\n"))
    check_seeds(home / "seeds", "USD")
    before = read_all(home)
    assert "Completed successfully" in run_dbt(home, "seed")
    assert read_all(home) == before
    return home


def read_all(home: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (home / "seeds").rglob("*.csv")}


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("select segment, holiday_date, label from seeds.holidays", [("all", date(2026, 1, 1), 'It\'s "the" day')]),
        (
            "select currency, effective_from, rate from seeds.exchange_rates",
            [("EUR", date(2026, 1, 1), Decimal("1.150000")), ("EUR", date(2026, 7, 1), Decimal("1.200000"))],
        ),
        (
            "select event_type, funnel_rank, is_qualifying from seeds.event_types",
            [("page_visit", 0, False), ("whitepaper", 10, True), ("demo_request", 20, True)],
        ),
        (
            "select amount, effective_from, change_policy, reason from seeds.sla_targets",
            [(400.0, None, None, None), (500.0, date(2026, 2, 16), "catch_up", "Trade fair"), (None, None, None, None)],
        ),
        (
            "select customers, marketing_share, sales_cycle_months from seeds.revenue_plan",
            [(20.0, None, 2), (None, 0.6, None)],
        ),
    ],
)
def test_what_was_checked_is_what_loads(home: Path, query: str, rows: list[tuple[object, ...]]) -> None:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.execute(query).fetchall() == rows


def test_dbt_leaves_the_files_of_the_analyst_as_they_were(home: Path) -> None:
    assert (home / "seeds" / PLAN).read_text() == SEEDS[PLAN]


def test_a_column_that_the_file_lacks_loads_as_null(home: Path) -> None:
    write_seed(home / "seeds" / HOLIDAYS, "holiday_date,segment\n2026-01-01,all\n")
    assert "Completed successfully" in run_dbt(home, "seed", "--full-refresh", "--select", "holidays")
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute("select segment, holiday_date, label from seeds.holidays").fetchall()
    assert rows == [("all", date(2026, 1, 1), None)]
