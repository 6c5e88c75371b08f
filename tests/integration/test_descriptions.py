"""Everything that dbt builds is described: models, sources, seeds, macros, and exactly the columns that exist."""

from collections import defaultdict
from pathlib import Path

import pytest

from tests.support.harness import Company, parsed_manifest


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    company = Company(tmp_path_factory.mktemp("described"))
    company.refresh("2026-01-31")
    return company


def test_every_model_source_seed_and_macro_is_described() -> None:
    manifest = parsed_manifest()
    nodes = [node for node in manifest.nodes.values() if node.resource_type in {"model", "seed"}]
    macros = [macro for macro in manifest.macros.values() if macro.package_name == "lead_sla"]
    described = [*nodes, *manifest.sources.values(), *macros]
    assert [thing.name for thing in described if not thing.description] == []
    # dbt takes no arguments in the description of a generic test; those are described where the test stands.
    arguments = [(macro, part) for macro in macros if not macro.name.startswith("test_") for part in macro.arguments]
    assert arguments
    assert [f"{macro.name}.{part.name}" for macro, part in arguments if not part.description] == []


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
    silent = [
        f"{node.name}.{column.name}" for node in nodes for column in node.columns.values() if not column.description
    ]
    assert silent == []


def test_a_home_without_any_file_is_refreshed(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.refresh("2026-01-31")
    assert company.query("select count(*) as days from marts.fct_sla_daily_cumulative") == [{"days": 31}]
