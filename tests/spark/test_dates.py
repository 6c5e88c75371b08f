"""The macros of dates and zones, on both engines: every day of eleven years, in zones with their own habits."""

import json
from pathlib import Path

import duckdb
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from lead_sla.settings import PROJECT_DIR
from tests.spark.comparing import compare_rows
from tests.spark.engines import Spark
from tests.spark.small_project import write_project

MODEL = """
{{ config(materialized='table') }}
with

days as (
    select {{ explode_dates("cast('2015-01-01' as date)", "cast('2025-12-31' as date)") }} as day
),

midnights as (
    select day, {{ local_midnight('day') }} as midnight from days
)

select
    day,
    midnight,
    {{ local_date('midnight') }} as date_of_midnight,
    {{ local_date("(midnight - interval '1' second)") }} as date_before,
    {{ iso_weekday('day') }} as weekday,
    {{ month_start('day') }} as first_of_month,
    {{ add_months('day', -13) }} as months_before,
    {{ add_days('day', 400) }} as days_after,
    {{ days_between('day', "cast('2020-02-29' as date)") }} as days_to_leap_day
from midnights
"""


# Clocks that go back across midnight, that go forward at midnight, that move by half an hour, that stand still.
@pytest.mark.parametrize("zone", ["America/Havana", "Asia/Beirut", "Australia/Lord_Howe", "Asia/Kolkata"])
def test_dates_and_midnights_are_the_same(
    spark: Spark, zone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_project(tmp_path, "days", MODEL)
    variables = ["--vars", json.dumps({"business_timezone": zone})]
    monkeypatch.setenv("DBT_DUCKDB_PATH", str(tmp_path / "warehouse.duckdb"))
    monkeypatch.setenv("DBT_DUCKDB_TEMP_DIRECTORY", str(tmp_path / "spill"))
    places = ["--project-dir", str(tmp_path), "--profiles-dir", str(PROJECT_DIR), "--log-path", str(tmp_path)]
    try:
        assert dbtRunner().invoke(["run", *variables, *places, "--quiet"]).success
    finally:
        DuckDBConnectionManager.close_all_connections()
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        result = connection.sql("select * from scratch.days")
        expected = [dict(zip(result.columns, row, strict=True)) for row in result.fetchall()]
    spark.dbt(["run", *variables], tmp_path)
    assert len(expected) > 4000
    assert compare_rows(expected, spark.read("scratch", "days")) == []
