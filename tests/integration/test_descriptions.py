"""Exactly the columns that exist are described; `make lint` holds that all that is listed has a description."""

from collections import defaultdict

import pytest

from tests.support.harness import Company, parsed_manifest


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    company = Company(tmp_path_factory.mktemp("described"))
    company.refresh("2026-01-31")
    return company


def test_exactly_the_columns_that_exist_are_described(company: Company) -> None:
    built: dict[str, set[str]] = defaultdict(set)
    for row in company.query("select schema_name, table_name, column_name from duckdb_columns()"):
        built[f"{row['schema_name']}.{row['table_name']}"].add(row["column_name"])
    manifest = parsed_manifest()
    nodes = [node for node in manifest.nodes.values() if node.resource_type in {"model", "seed"}]
    wrong = {
        node.name: sorted(built[f"{node.schema}.{node.name}"] ^ set(node.columns))
        for node in [*nodes, *manifest.sources.values()]
        if built[f"{node.schema}.{node.name}"] ^ set(node.columns)
    }
    assert wrong == {}


def test_a_home_without_any_file_is_refreshed(company: Company) -> None:
    assert company.query("select count(*) as days from marts.fct_sla_daily_cumulative") == [{"days": 31}]
