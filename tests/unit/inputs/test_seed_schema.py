"""The schema of the seeds is also what dbt loads, what dbt's tests expect, and what the how-to describes."""

import re
from typing import Any

import pytest
import yaml

from lead_sla.inputs.seed_tables import TABLES, SeedTable
from lead_sla.settings import PROJECT_DIR

HOW_TO = (PROJECT_DIR / "docs/how-to/edit-the-seeds.md").read_text(encoding="utf-8")
# Optional columns that another cell can make required (seed_rules.py), which the how-to explains instead of a mark.
CONDITIONAL = {"amount", "new_revenue", "customers"}


def described_seeds() -> dict[str, dict[str, Any]]:
    """The description of every seed in dbt."""
    files = (PROJECT_DIR / "models").rglob("_seeds__*.yml")
    seeds = [seed for file in files for seed in yaml.safe_load(file.read_text(encoding="utf-8"))["seeds"]]
    return {seed["name"]: seed for seed in seeds}


DESCRIBED = described_seeds()


def arguments_of(described: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [test[name]["arguments"] for test in described.get("data_tests", []) if name in test]


def choices(expects: str) -> list[str]:
    return expects.removeprefix("one of ").split(", ") if expects.startswith("one of ") else []


def test_dbt_describes_every_seed() -> None:
    assert DESCRIBED.keys() == {table.name for table in TABLES}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_dbt_describes_the_columns_and_loads_them_with_their_types(table: SeedTable) -> None:
    described = DESCRIBED[table.name]
    assert [column["name"] for column in described["columns"]] == [column.name for column in table.columns]
    assert described["config"]["column_types"] == {column.name: column.kind.column_type for column in table.columns}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_dbt_tests_the_same_required_columns_and_codes(table: SeedTable) -> None:
    described = DESCRIBED[table.name]
    (required,) = arguments_of(described, "columns_are_not_null")
    assert set(required["columns"]) == {column.name for column in table.columns if column.required}
    for column, in_dbt in zip(table.columns, described["columns"], strict=True):
        values = [value for test in arguments_of(in_dbt, "accepted_values") for value in test["values"]]
        assert values == choices(column.kind.expects)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_how_to_lists_the_file_with_its_columns_and_marks_those_that_may_be_empty(table: SeedTable) -> None:
    (line,) = [line for line in HOW_TO.splitlines() if line.startswith(f"| `{table.file}` |")]
    cell = line.split(" | ")[2]
    listed = dict(re.findall(r"(?:^|; | and )`(\w+)`(\*?)", cell))
    assert listed.keys() == {column.name for column in table.columns}
    optional = {column.name for column in table.columns if not column.required}
    assert {name for name, mark in listed.items() if mark} == optional - CONDITIONAL


def test_the_how_to_names_the_codes_of_every_column() -> None:
    codes = {code for table in TABLES for column in table.columns for code in choices(column.kind.expects)}
    assert {code for code in codes if not re.search(rf"\b{code}\b", HOW_TO)} == set()
