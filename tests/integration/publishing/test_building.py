"""What a version holds."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from lead_sla.errors import InputError
from lead_sla.publishing import current_version, publish
from lead_sla.settings import Settings, load_settings
from lead_sla.warehouse import connect
from tests.support.small_warehouse import AS_OF, change_warehouse, fill_warehouse, publish_run

TABLES = [
    "dim_agreed_rates",
    "dim_agreed_targets",
    "dim_slas",
    "fct_rate_cards",
    "fct_sla_daily",
    "fct_sla_daily_cumulative",
    "fct_sla_goals",
    "publication",
    "rpt_data_quality",
    "rpt_restatements",
    "rpt_sla_status",
]
NOW = datetime(2026, 5, 21, 6, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path / "it's home")


def query(settings: Settings, sql: str) -> list[tuple]:
    with duckdb.connect(str(settings.mart_path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_a_version_holds_the_marts_and_the_publication_and_nothing_else(settings: Settings) -> None:
    publish_run(settings, 1)
    tables = query(settings, "select schema_name, table_name from duckdb_tables() order by table_name")
    assert tables == [("main", name) for name in TABLES]
    folder = settings.published_dir / "versions" / "run-1"
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    parquet = [f"parquet/{name}/{name}.parquet" for name in TABLES]
    assert files == ["manifest.json", *parquet, "sla_mart.duckdb"]


def test_not_null_constraints_types_and_comments_reach_the_reader(settings: Settings) -> None:
    publish_run(settings, 1)
    columns = query(
        settings,
        "select column_name, data_type, is_nullable, comment from duckdb_columns() where table_name = 'fct_sla_daily'",
    )
    assert ("leads", "BIGINT", False, "Leads booked that day.") in columns
    assert ("points", "DECIMAL(18,2)", True, None) in columns
    comment = query(settings, "select comment from duckdb_tables() where table_name = 'fct_sla_daily'")
    assert comment == [("What was booked, it's one row per SLA, day and type.",)]


def test_the_publication_is_described(settings: Settings) -> None:
    publication = publish_run(settings, 7)
    rows = query(settings, "select * from publication")
    stamp = datetime(2026, 5, 21, 6, 7)
    assert rows == [("run-7", AS_OF, "UTC", stamp, date(2026, 5, 20), "USD", None, None, duckdb.__version__, "0123abc")]
    assert publication.data_through == date(2026, 5, 20)


def test_the_publication_has_the_name_of_the_company_and_its_currency(settings: Settings) -> None:
    publish_run(settings.model_copy(update={"company": "Acme", "reporting_currency": "EUR"}), 7)
    assert query(settings, "select company, reporting_currency from publication") == [("Acme", "EUR")]


def test_the_table_that_publishing_makes_is_described(settings: Settings) -> None:
    publish_run(settings, 1)
    undescribed = "where table_name = 'publication' and comment is null"
    assert query(settings, f"select count(*) from duckdb_columns() {undescribed}") == [(0,)]
    assert query(settings, f"select count(*) from duckdb_tables() {undescribed}") == [(0,)]


def test_data_through_is_null_while_nothing_was_booked(settings: Settings) -> None:
    fill_warehouse(settings, 1)
    change_warehouse(settings, "delete from marts.fct_sla_daily")
    assert publish(settings, "quiet", AS_OF, NOW, None).data_through is None
    assert query(settings, "select data_through, git_commit from publication") == [(None, None)]


def test_the_publication_names_the_files_that_it_could_not_read(settings: Settings) -> None:
    publish_run(settings, 1)
    assert query(settings, "select unreadable_files from publication") == [(None,)]
    published = publish(settings, "partly", AS_OF, NOW, None, unreadable_files=("crm/a.csv", "crm/b.csv"))
    assert query(settings, "select unreadable_files from publication") == [("crm/a.csv, crm/b.csv",)]
    assert current_version(settings) == published
    assert published.unreadable_files == ("crm/a.csv", "crm/b.csv")


def test_the_manifest_describes_every_table(settings: Settings) -> None:
    publish_run(settings, 1)
    manifest = json.loads((settings.published_dir / "current" / "manifest.json").read_text())
    assert manifest["run_id"] == "run-1"
    assert manifest["as_of_date"] == "2026-05-20"
    assert manifest["published_at"] == "2026-05-21T06:01:00Z"
    tables = {table["name"]: table for table in manifest["tables"]}
    assert sorted(tables) == TABLES
    assert tables["fct_sla_daily"]["rows"] == 800
    assert tables["fct_sla_daily"]["columns"][1] == {"name": "date", "type": "DATE", "nullable": False}
    assert int(tables["fct_sla_daily"]["checksum"]) != int(tables["dim_slas"]["checksum"])


def test_parquet_copies_hold_the_same_rows_sorted_by_key(settings: Settings) -> None:
    publish_run(settings, 1)
    path = settings.published_dir / "current" / "parquet" / "fct_sla_daily" / "fct_sla_daily.parquet"
    with duckdb.connect() as connection:
        parquet = connection.execute("select * from read_parquet(?)", [str(path)]).fetchall()
    assert parquet == query(settings, "from fct_sla_daily")
    assert parquet == query(settings, "from fct_sla_daily order by sla_id, date, event_type")


def test_equal_contents_in_another_order_give_equal_files(settings: Settings) -> None:
    publish_run(settings, 1)
    first = settings.published_dir / "current" / "parquet" / "fct_sla_daily" / "fct_sla_daily.parquet"
    before = first.read_bytes()
    change_warehouse(settings, "create table marts.turned as from marts.fct_sla_daily order by date, hash(points)")
    with connect(settings) as connection:
        connection.execute("delete from marts.fct_sla_daily")
        connection.execute("insert into marts.fct_sla_daily from marts.turned")
        connection.execute("drop table marts.turned")
    publish(settings, "again", AS_OF, datetime(2026, 6, 1, tzinfo=UTC), None)
    assert first.read_bytes() == before


def test_a_missing_warehouse_is_a_clear_error(settings: Settings) -> None:
    with pytest.raises(InputError, match=r"The warehouse .*warehouse\.duckdb does not exist\. Run `lead-sla refresh`"):
        publish(settings, "run-1", AS_OF, NOW, None)
    assert not settings.mart_path.exists()


def test_a_missing_schema_marts_is_a_clear_error_and_leaves_nothing_behind(settings: Settings) -> None:
    settings.home.mkdir()
    change_warehouse(settings, "create table other (id integer)")
    with pytest.raises(InputError, match=r"The schema `marts` of .* has no tables, so there is nothing to publish"):
        publish(settings, "run-1", AS_OF, NOW, None)
    assert list((settings.published_dir / "versions").iterdir()) == []


def test_a_schema_marts_without_the_daily_facts_is_a_clear_error(settings: Settings) -> None:
    fill_warehouse(settings, 1)
    change_warehouse(settings, "drop table marts.fct_sla_daily")
    with pytest.raises(InputError, match="has no table fct_sla_daily, so the mart is incomplete"):
        publish(settings, "run-1", AS_OF, NOW, None)
