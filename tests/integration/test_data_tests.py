"""Every data test passes on a company as it is, and fails when its table is corrupted.

Each test is compiled once and runs as plain SQL: on a corrupted copy of its table, or in a transaction that is rolled
back. What corrupts a generic test follows from its arguments in the manifest, so that no test can be forgotten.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lead_sla.pipeline.dbt_assets import SEED_TESTS
from lead_sla.quality.landing import landing_suite
from lead_sla.quality.marts import mart_suite
from lead_sla.transform.explaining import describe_test
from lead_sla.transform.project import TESTED
from tests.support.cases import agreed, lead, leads, merge, sla, target, won
from tests.support.corruptions import AS_OF, CORRUPTIONS, LAST_LEAD
from tests.support.harness import Company, invoke_dbt, manifest_as_dict

COPY = "corrupted_copy"
# Checks that Dagster runs itself; tests/integration/reporting has the cases in which they fail.
CHECKS_OF_DAGSTER = {"reports_rendered", "notifications_delivered"}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    company = Company(tmp_path_factory.mktemp("built"))
    company.seed("sla_definitions", [sla("leads_all"), sla("points_all", "points")])
    months = [f"2026-{month:02}-01" for month in (4, 5, 6)]
    company.seed("sla_targets", [target(name, month, 90) for name in ("leads_all", "points_all") for month in months])
    company.seed("agreed_rate_card", [agreed("webinar", 0.1, "2026-01-01")])
    company.drop_file(
        "lead_events", [*leads(60, "demo", "2026-03-04"), *leads(50, "whitepaper", "2026-06-10")], "1.csv"
    )
    company.drop_file("deal_events", [won("demo-2026-03-04-0", "2026-04-01"), won("nobody", "2026-04-01")])
    company.take_merges()
    company.drop_file("record_merges", [merge("demo-2026-03-04-1", "demo-2026-03-04-2", "2026-05-01")])
    company.land()
    company.drop_file("lead_events", [lead(LAST_LEAD, "whitepaper", "2026-06-11")], "2.csv")
    company.refresh(AS_OF)
    with company.warehouse() as connection:
        for kind in ("lead_events", "deal_events"):  # to be corrupted, the views over files become tables
            connection.execute(f"create table raw.copied as from raw.{kind}; drop view raw.{kind}")
            connection.execute(f"alter table raw.copied rename to {kind}")
    return company


@pytest.fixture(scope="module")
def compiled(company: Company) -> dict[int, dict[str, str]]:
    """The SQL of every data test by name, by how many landed files have been tested before."""
    return {tested: dict(compile_tests(company, tested)) for tested in (0, 1, 2)}


@pytest.fixture
def connection(company: Company) -> Iterator[duckdb.DuckDBPyConnection]:
    with company.warehouse() as connection:
        connection.execute("begin")
        yield connection
        connection.execute("rollback")


def compile_tests(company: Company, tested: int) -> Iterator[tuple[str, str]]:
    variables = json.dumps({"as_of_date": AS_OF, TESTED: tested, "max_quarantined_share": 0.9})
    for result in invoke_dbt(company.settings, ["compile", "--select", "test_type:data", "--vars", variables]):
        yield result.node.name, result.node.compiled_code


def data_tests() -> list[dict[str, Any]]:
    return [node for node in manifest_as_dict()["nodes"].values() if node["resource_type"] == "test"]


def generic_tests() -> list[dict[str, Any]]:
    return [node for node in data_tests() if node.get("test_metadata")]


def finds_rows(connection: duckdb.DuckDBPyConnection, query: str) -> bool:
    return bool(connection.execute(f"select 1 from ({query}) limit 1").fetchall())


def test_every_data_test_passes_on_the_company_as_it_is(
    connection: duckdb.DuckDBPyConnection, compiled: dict[int, dict[str, str]]
) -> None:
    assert {test["name"] for test in data_tests()} == compiled[0].keys()
    failing = [
        (name, tested)
        for tested in compiled
        for name, query in compiled[tested].items()
        if finds_rows(connection, query)
    ]
    assert failing == []


def test_every_data_test_has_a_rule_in_words() -> None:
    assert [
        test["name"] for test in data_tests() if not describe_test(manifest_as_dict(), test["unique_id"]).rule
    ] == []


def test_every_singular_test_has_a_corruption() -> None:
    singular = {test["name"] for test in data_tests() if not test.get("test_metadata")}
    assert {test for test, _, _ in CORRUPTIONS} == singular


@pytest.mark.parametrize(
    ("test", "corruption", "tested"),
    CORRUPTIONS,
    ids=[f"{number}-{test}-{tested}" for number, (test, _, tested) in enumerate(CORRUPTIONS)],
)
def test_a_singular_test_fails_on_corrupted_tables(
    connection: duckdb.DuckDBPyConnection,
    compiled: dict[int, dict[str, str]],
    test: str,
    corruption: str,
    tested: int,
) -> None:
    connection.execute(corruption)
    assert finds_rows(connection, compiled[tested][test])


def test_every_generic_test_fails_on_a_corrupted_copy_of_its_table(
    connection: duckdb.DuckDBPyConnection, compiled: dict[int, dict[str, str]]
) -> None:
    passing = []
    for test in generic_tests():
        relation = relation_of(test)
        query = compiled[0][test["name"]]
        assert relation in query
        for corruption in corruptions(connection, test, relation):
            copy_table(connection, relation)
            connection.execute(corruption)
            if not finds_rows(connection, query.replace(relation, COPY, 1)):
                passing.append((test["name"], corruption))
    assert passing == []


def relation_of(test: Mapping[str, Any]) -> str:
    return str(manifest_as_dict()["nodes"][test["attached_node"]]["relation_name"])


def copy_table(connection: duckdb.DuckDBPyConnection, relation: str) -> None:
    """Copy the table with at least one row, whose values may all be null."""
    connection.execute(f"create or replace temp table {COPY} as from {relation}")
    if not connection.execute(f"from {COPY} limit 1").fetchall():
        connection.execute(f"insert into {COPY} default values")


def corruptions(connection: duckdb.DuckDBPyConnection, test: Mapping[str, Any], relation: str) -> list[str]:
    """Statements after each of which a generic test has to fail."""
    arguments = test["test_metadata"]["kwargs"]
    column = arguments.get("column_name")
    doubled = f"insert into {COPY} from {COPY} where {test['config'].get('where') or 'true'} limit 1"

    def set_to(value: str, name: str = column) -> str:
        return f"update {COPY} set {name} = {value}"

    match test["test_metadata"]["name"]:
        case "unique_combination_of_columns":
            return [doubled]
        case "rows_are_valid" | "columns_are_not_null":
            return [doubled] * ("key" in arguments) + [set_to(value, column) for column, value, _ in broken(arguments)]
        case "accepted_range":
            low, high = arguments.get("min_value"), arguments.get("max_value")
            return [set_to(f"{low} - 1")] * (low is not None) + [set_to(f"{high} + 1")] * (high is not None)
        case "accepted_values":
            return [set_to("'unexpected'")]
        case "relationships":
            ((kind,),) = connection.execute(f"select any_value(typeof({column})) from {relation}").fetchall()
            return [set_to("'0001-01-01'" if kind == "DATE" else "'unexpected'")]
        case "not_empty":
            return [f"delete from {COPY}"]
        case unknown:
            raise AssertionError(f"{test['name']}: add what corrupts a table for {unknown}")


def broken(arguments: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """For each rule about a column, the column, a value that breaks it, and how a failing row names the rule."""
    for name in ("key", "not_null", "columns"):
        for column in arguments.get(name, ()):
            yield column, "null", f"{column} is null"
    for column, (low, high) in arguments.get("ranges", {}).items():
        if low is not None:
            yield column, f"{low} - 1", f"{column} is below {low}: {low - 1}"
        if high is not None:
            yield column, f"{high} + 1", f"{column} is above {high}: {high + 1}"
    for column in arguments.get("values", {}):
        yield column, "'unexpected'", f"{column} is not one of "


def test_a_row_that_fails_names_the_column_and_the_rule(
    connection: duckdb.DuckDBPyConnection, compiled: dict[int, dict[str, str]]
) -> None:
    unnamed = []
    for test in generic_tests():
        if test["test_metadata"]["name"] == "rows_are_valid":
            relation = relation_of(test)
            query = compiled[0][test["name"]].replace(relation, COPY, 1)
            for column, value, named in broken(test["test_metadata"]["kwargs"]):
                copy_table(connection, relation)
                connection.execute(f"update {COPY} set {column} = {value}")
                ((found,),) = connection.execute(f"select min(broken_rules) from ({query})").fetchall()
                if named not in found:
                    unnamed.append((test["name"], named, found))
    assert unnamed == []


def test_every_check_of_the_pipeline_has_a_case_in_which_it_fails() -> None:
    """The suites of Great Expectations have their cases in tests/unit/quality."""
    graph = Path(__file__).with_name("expected_graph.txt").read_text().splitlines()
    checks = {line.split()[2] for line in graph if line.startswith("check ")}
    suites = {check.name for suite in (landing_suite(date.min), mart_suite(date.min)) for check in suite.checks}
    tests = {
        test["name"]
        for test in data_tests()
        if not fnmatch(Path(test["original_file_path"]).name, SEED_TESTS.removeprefix("file:"))
    }
    assert checks == suites | tests | CHECKS_OF_DAGSTER
