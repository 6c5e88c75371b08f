"""A macro that a model calls through another one is part of its SQL; one that it does not call is not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lead_sla.transform.rebuilding import prepare_build


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        options = "replaces_events boolean, lists_all_records boolean"
        connection.execute(f"create table raw.feeds (feed varchar, feed_order integer, {options})")
        connection.execute(
            "create table raw.landed_files (feed varchar, file_number bigint, landed_at timestamp, "
            "read_again_at timestamp, forgotten_at timestamp)"
        )
        yield connection


def macro(name: str, text: str, *calls: str, package: str = "lead_sla") -> dict[str, Any]:
    return {"package_name": package, "macro_sql": text, "depends_on": {"macros": list(calls)}, "name": name}


def days(as_of_date: str) -> dict[str, str]:
    return {"as_of_date": as_of_date, "business_timezone": "Asia/Tokyo"}


def manifest(**texts: str) -> dict[str, Any]:
    """A model that calls `outer`, which calls `inner` and one of dbt's own; nothing calls `other`."""
    model = {
        "unique_id": "model.lead_sla.leads",
        "resource_type": "model",
        "name": "leads",
        "alias": "leads",
        "schema": "intermediate",
        "package_name": "lead_sla",
        "raw_code": "select {{ outer() }}",
        "config": {"materialized": "incremental"},
        "depends_on": {"nodes": [], "macros": ["macro.lead_sla.outer"]},
    }
    return {
        "nodes": {model["unique_id"]: model},
        "macros": {
            "macro.lead_sla.outer": macro("outer", "{{ inner() }}", "macro.lead_sla.inner", "macro.dbt.dateadd"),
            "macro.lead_sla.inner": macro("inner", texts.get("inner", "1")),
            "macro.lead_sla.other": macro("other", texts.get("other", "1")),
            "macro.dbt.dateadd": macro("dateadd", texts.get("dateadd", "1"), package="dbt"),
        },
    }


@pytest.mark.parametrize(("changed", "is_rebuilt"), [("inner", True), ("other", False), ("dateadd", False)])
def test_a_changed_macro_rebuilds_the_models_that_call_it(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, changed: str, is_rebuilt: bool
) -> None:
    assert prepare_build(connection, manifest(), {}, tmp_path) == {}
    rebuilt = prepare_build(connection, manifest(**{changed: "2"}), {}, tmp_path)
    assert rebuilt == ({"intermediate.leads": "the SQL of the models"} if is_rebuilt else {})


def test_an_earlier_day_rebuilds_what_depends_on_the_day_and_a_later_one_does_not(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    reads_clock = manifest(inner="cast('{{ var(\"as_of_date\") }}' as date)")
    rebuilt = {"intermediate.leads": "an earlier as_of_date"}
    assert prepare_build(connection, reads_clock, days("2026-05-10"), tmp_path) == {}
    assert prepare_build(connection, reads_clock, days("2026-05-12"), tmp_path) == {}
    assert prepare_build(connection, reads_clock, days("2026-05-11"), tmp_path) == rebuilt
    assert prepare_build(connection, reads_clock, days("2026-05-11"), tmp_path) == {}
    connection.execute(
        "insert into raw.landed_files values ('web', 1, timestamp '2026-05-19 15:00:00', null, null)"
    )  # the 20th
    assert prepare_build(connection, reads_clock, days("2026-05-20"), tmp_path) == {}
    assert prepare_build(connection, reads_clock, days("2026-05-01"), tmp_path) == {}
    connection.execute("delete from raw.landed_files")
    assert prepare_build(connection, reads_clock, days("2026-05-19"), tmp_path) == rebuilt


def test_a_file_that_is_forgotten_or_landed_again_rebuilds_the_models(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    connection.execute("insert into raw.landed_files values ('web', 1, timestamp '2026-05-19 15:00:00', null, null)")
    assert prepare_build(connection, manifest(), days("2026-05-20"), tmp_path) == {}
    for column in ("read_again_at", "forgotten_at"):
        connection.execute(f"update raw.landed_files set {column} = timestamp '2026-05-20 15:00:00'")
        rebuilt = prepare_build(connection, manifest(), days("2026-05-20"), tmp_path)
        assert rebuilt == {"intermediate.leads": "files that were forgotten or landed again"}
        assert prepare_build(connection, manifest(), days("2026-05-20"), tmp_path) == {}
