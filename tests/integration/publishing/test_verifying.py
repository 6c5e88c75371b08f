"""Verification, on files that were really damaged."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from lead_sla.errors import CheckFailedError
from lead_sla.publishing import current_version, publish
from lead_sla.publishing.verifying import verify
from lead_sla.settings import Settings, load_settings
from tests.support.small_warehouse import AS_OF, change_warehouse, fill_warehouse, publish_run


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path)


@pytest.fixture
def version(settings: Settings) -> Path:
    """A good version whose files can be damaged."""
    publish_run(settings, 1)
    folder = settings.published_dir / "versions" / "run-1"
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o644)
    return folder


def damage(version: Path, sql: str) -> None:
    with duckdb.connect(str(version / "sla_mart.duckdb")) as connection:
        connection.execute(sql)


def test_a_good_version_passes_and_its_tables_are_returned(settings: Settings, version: Path) -> None:
    rows = {table.name: table.rows for table in verify(settings, version)}
    assert len(rows) == 11
    assert (rows["dim_slas"], rows["fct_sla_daily"], rows["publication"], rows["rpt_restatements"]) == (3, 800, 1, 0)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("delete from dim_slas where sla_id = 'money'", r"table dim_slas: the warehouse has 3 rows .* copy has 2 rows"),
        (
            "update fct_sla_daily set leads = leads + 1 where date = '2026-05-20' and event_type = 'demo'",
            r"table fct_sla_daily: the warehouse has 800 rows with checksum \d+, the copy has 800 rows with checksum",
        ),
        (
            # A swap within a column keeps every column's sum.
            "update dim_slas set unit = case unit when 'leads' then 'points' when 'points' then 'leads' else unit end",
            r"table dim_slas: the warehouse has 3 rows with checksum \d+, the copy has 3 rows",
        ),
        ("update fct_sla_daily set points = 0 where points is null", "table fct_sla_daily: the warehouse has 800"),
        ("drop table rpt_data_quality", "table rpt_data_quality is missing"),
        ("drop table publication", "table publication is missing"),
        ("create table leads as select 'ada@example.com' as email", "table leads is not in the warehouse"),
        (
            "alter table dim_slas alter column label drop not null",
            "table dim_slas has other columns, types or not-null constraints",
        ),
    ],
)
def test_a_changed_database_is_found(settings: Settings, version: Path, sql: str, message: str) -> None:
    damage(version, sql)
    with pytest.raises(CheckFailedError, match=message):
        verify(settings, version)


def test_a_parquet_copy_that_lost_a_row_is_found(settings: Settings, version: Path) -> None:
    path = version / "parquet" / "dim_slas" / "dim_slas.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"create table kept as from read_parquet('{path}') limit 2")
        connection.execute(f"copy kept to '{path}' (format parquet)")
    with pytest.raises(CheckFailedError, match=r"table dim_slas: sla_mart\.duckdb has 3 rows .*copy has 2 rows .*Parq"):
        verify(settings, version)


def test_a_missing_parquet_copy_is_found(settings: Settings, version: Path) -> None:
    (version / "parquet" / "dim_slas" / "dim_slas.parquet").unlink()
    with pytest.raises(CheckFailedError, match=r"table dim_slas: parquet/dim_slas/dim_slas\.parquet is missing"):
        verify(settings, version)


def test_a_write_ahead_log_that_was_left_behind_is_found(settings: Settings, version: Path) -> None:
    with duckdb.connect(str(version / "sla_mart.duckdb")) as connection:
        connection.execute("set checkpoint_threshold = '1TB'; create table late (id integer)")
        wal = (version / "sla_mart.duckdb.wal").read_bytes()
    (version / "sla_mart.duckdb.wal").write_bytes(wal)
    with pytest.raises(CheckFailedError, match=r"sla_mart\.duckdb\.wal was left behind"):
        verify(settings, version)


def test_a_truncated_database_is_found(settings: Settings, version: Path) -> None:
    content = (version / "sla_mart.duckdb").read_bytes()
    (version / "sla_mart.duckdb").write_bytes(content[:5000])
    with pytest.raises(CheckFailedError, match=r"sla_mart\.duckdb cannot be opened, so it was not published"):
        verify(settings, version)


def test_a_version_that_fails_verification_is_not_published(settings: Settings) -> None:
    publish_run(settings, 1)
    fill_warehouse(settings, 2)
    # Parquet has no such type: DuckDB writes a double, which has not enough digits for this number.
    change_warehouse(settings, "create table marts.wide as select 1152921504606846977::hugeint as number")
    with pytest.raises(CheckFailedError, match=r"table wide: .*cannot store HUGEINT exactly"):
        publish(settings, "run-2", AS_OF, datetime(2026, 5, 22, tzinfo=UTC), None)
    assert current_version(settings).run_id == "run-1"
    assert [path.name for path in (settings.published_dir / "versions").iterdir()] == ["run-1"]
