"""The buffered dialect: that it is enough for Great Expectations, and that it is still needed."""

from pathlib import Path

import duckdb
import great_expectations as gx
import pytest
from great_expectations.core import ExpectationValidationResult
from sqlalchemy import create_engine, text

from lead_sla.quality.dialect import register_dialect


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dialect") / "numbers.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table numbers as select n from range(10) as s(n)")
    return path


def validate(scheme: str, database: Path) -> ExpectationValidationResult:
    context = gx.get_context(mode="ephemeral")
    source = context.data_sources.add_sql("numbers", connection_string=f"{scheme}:///{database}")
    try:
        batch = source.add_table_asset("numbers", table_name="numbers").add_batch_definition_whole_table("all")
        return batch.get_batch().validate(gx.expectations.ExpectTableRowCountToEqual(value=10))
    finally:
        source.get_engine().dispose()
        source.get_execution_engine().engine.dispose()


def test_rows_outlive_the_connection(database: Path) -> None:
    register_dialect()
    engine = create_engine(f"duckdb+buffered:///{database}")
    try:
        with engine.connect() as connection:
            result = connection.execute(text("select n from numbers order by n"))
        assert [row.n for row in result.fetchall()] == list(range(10))
    finally:
        engine.dispose()


def test_statements_without_rows_go_through(database: Path) -> None:
    register_dialect()
    engine = create_engine(f"duckdb+buffered:///{database}")
    try:
        with engine.begin() as connection:
            connection.execute(text("create temp table notes (note varchar)"))
            connection.execute(text("insert into notes values ('kept')"))
            assert connection.execute(text("select note from notes")).scalar_one() == "kept"
    finally:
        engine.dispose()


def test_great_expectations_reads_duckdb_through_the_buffered_dialect(database: Path) -> None:
    register_dialect()
    assert validate("duckdb+buffered", database).success


def test_great_expectations_still_cannot_read_duckdb_without_the_buffered_dialect(database: Path) -> None:
    assert not validate("duckdb", database).success, (
        "Great Expectations reads DuckDB by itself now. Delete lead_sla/quality/dialect.py and this file, use "
        "duckdb:/// in lead_sla/quality/expectations.py, and mark docs/decisions/0002 as superseded."
    )
