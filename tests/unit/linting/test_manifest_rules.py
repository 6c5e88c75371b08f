"""The rules on the manifest: a small project holds them, and each is broken once."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.linting.manifest_rules import find_violations

Manifest = dict[str, Any]


def test_a_project_that_holds_the_rules_has_no_violation() -> None:
    assert find_violations(_manifest()) == []


def _refer_to_a_later_folder(manifest: Manifest) -> None:
    manifest["nodes"]["int_leads"]["depends_on"]["nodes"] = ["fct_goals"]


def _add_a_folder(manifest: Manifest) -> None:
    manifest["nodes"]["int_leads"]["original_file_path"] = "models/other/int_leads.sql"
    manifest["nodes"]["int_leads"]["patch_path"] = "lead_sla://models/other/int_leads.yml"
    manifest["nodes"]["int_leads_are_unique"]["original_file_path"] = "models/other/int_leads.yml"


def _describe_two_models_in_one_file(manifest: Manifest) -> None:
    manifest["nodes"]["int_leads"]["patch_path"] = "lead_sla://models/leads/_leads.yml"


def _describe_a_model_nowhere(manifest: Manifest) -> None:
    manifest["nodes"]["int_leads"]["patch_path"] = None


def _test_a_model_elsewhere(manifest: Manifest) -> None:
    manifest["nodes"]["int_leads_are_unique"]["original_file_path"] = "models/goals/fct_goals.yml"


def _unit_test_a_model_elsewhere(manifest: Manifest) -> None:
    manifest["unit_tests"]["goals_add_up"]["original_file_path"] = "models/leads/int_leads.yml"


def _publish_an_intermediate_model(manifest: Manifest) -> None:
    manifest["nodes"]["int_leads"]["access"] = "public"


def _protect_a_published_model(manifest: Manifest) -> None:
    manifest["nodes"]["fct_goals"]["access"] = "protected"


def _publish_without_a_contract(manifest: Manifest) -> None:
    manifest["nodes"]["fct_goals"]["contract"]["enforced"] = False


def _publish_in_another_schema(manifest: Manifest) -> None:
    manifest["nodes"]["fct_goals"]["schema"] = "intermediate"


def _put_an_intermediate_model_into_marts(manifest: Manifest) -> None:
    manifest["nodes"]["int_leads"]["schema"] = "marts"


@pytest.mark.parametrize(
    ("break_rule", "violation"),
    [
        (
            _refer_to_a_later_folder,
            "models/leads/int_leads.sql: refers to fct_goals of goals/, which comes after leads/",
        ),
        (
            _add_a_folder,
            "models/other/int_leads.sql: not in a folder of models/ that is one of staging, leads, customers, rates, "
            "credit, goals, progress, quality",
        ),
        (
            _describe_two_models_in_one_file,
            "models/leads/int_leads.sql: described in models/leads/_leads.yml; "
            "describe it in models/leads/int_leads.yml",
        ),
        (
            _describe_a_model_nowhere,
            "models/leads/int_leads.sql: not described; describe it in models/leads/int_leads.yml",
        ),
        (
            _test_a_model_elsewhere,
            "models/goals/fct_goals.yml: int_leads_are_unique tests int_leads; move it to models/leads/int_leads.yml",
        ),
        (
            _unit_test_a_model_elsewhere,
            "models/leads/int_leads.yml: goals_add_up tests fct_goals; move it to models/goals/fct_goals.yml",
        ),
        (
            _publish_an_intermediate_model,
            "models/leads/int_leads.sql: its access is public; only fct_, dim_, rpt_ are public, others protected",
        ),
        (
            _protect_a_published_model,
            "models/goals/fct_goals.sql: its access is protected; only fct_, dim_, rpt_ are public, others protected",
        ),
        (
            _publish_without_a_contract,
            "models/goals/fct_goals.sql: published without an enforced contract",
        ),
        (
            _publish_in_another_schema,
            "models/goals/fct_goals.sql: in the schema intermediate; published models, and only they, are in marts",
        ),
        (
            _put_an_intermediate_model_into_marts,
            "models/leads/int_leads.sql: in the schema marts; published models, and only they, are in marts",
        ),
    ],
)
def test_each_rule_fails(break_rule: Callable[[Manifest], None], violation: str) -> None:
    manifest = _manifest()
    break_rule(manifest)
    assert find_violations(manifest) == [violation]


@pytest.mark.parametrize(
    ("path", "violation"),
    [
        (("nodes", "fct_goals"), "models/goals/fct_goals.sql: fct_goals has no description"),
        (("nodes", "fct_goals", "columns", "goal"), "models/goals/fct_goals.sql: goal has no description"),
        (("nodes", "holidays"), "seeds/holidays.csv: holidays has no description"),
        (("sources", "lead_events"), "models/staging/_sources.yml: lead_events has no description"),
        (("exposures", "page"), "models/_exposures.yml: page has no description"),
        (("macros", "ratio"), "macros/rates.sql: ratio has no description"),
        (("macros", "ratio", "arguments", 0), "macros/rates.sql: ratio.numerator has no description"),
    ],
)
def test_everything_needs_a_description(path: tuple[Any, ...], violation: str) -> None:
    manifest = copy.deepcopy(_manifest())
    thing: Any = manifest
    for key in path:
        thing = thing[key]
    thing["description"] = " "
    assert find_violations(manifest) == [violation]


def _manifest() -> Manifest:
    return {
        "metadata": {"project_name": "lead_sla"},
        "nodes": {
            "int_leads": _model("int_leads", "leads", "protected", "intermediate", []),
            "fct_goals": _model("fct_goals", "goals", "public", "marts", ["int_leads", "holidays"]),
            "holidays": {
                "resource_type": "seed",
                "name": "holidays",
                "original_file_path": "seeds/holidays.csv",
                "description": "Holidays.",
                "columns": {},
            },
            "int_leads_are_unique": {
                "resource_type": "test",
                "name": "int_leads_are_unique",
                "original_file_path": "models/leads/int_leads.yml",
                "attached_node": "int_leads",
            },
            "assert_int_leads": {
                "resource_type": "test",
                "name": "assert_int_leads",
                "original_file_path": "tests/dbt/leads/assert_int_leads.sql",
            },
        },
        "unit_tests": {
            "goals_add_up": {
                "name": "goals_add_up",
                "model": "fct_goals",
                "original_file_path": "models/goals/fct_goals.yml",
            }
        },
        "sources": {
            "lead_events": {
                "name": "lead_events",
                "original_file_path": "models/staging/_sources.yml",
                "description": "Lead events.",
                "columns": {},
            }
        },
        "exposures": {
            "page": {"name": "page", "original_file_path": "models/_exposures.yml", "description": "A page."}
        },
        "macros": {
            "ratio": {
                "name": "ratio",
                "package_name": "lead_sla",
                "original_file_path": "macros/rates.sql",
                "description": "A ratio.",
                "arguments": [{"name": "numerator", "description": "What is divided."}],
            },
            "test_is_even": {
                "name": "test_is_even",
                "package_name": "lead_sla",
                "original_file_path": "tests/dbt/generic/is_even.sql",
                "description": "A test.",
                "arguments": [{"name": "column", "description": ""}],
            },
            "dateadd": {
                "name": "dateadd",
                "package_name": "dbt",
                "original_file_path": "macros/dateadd.sql",
                "description": "",
                "arguments": [],
            },
        },
    }


def _model(name: str, folder: str, access: str, schema: str, upstream: list[str]) -> dict[str, Any]:
    return {
        "resource_type": "model",
        "unique_id": name,
        "name": name,
        "original_file_path": f"models/{folder}/{name}.sql",
        "patch_path": f"lead_sla://models/{folder}/{name}.yml",
        "depends_on": {"nodes": upstream},
        "access": access,
        "contract": {"enforced": access == "public"},
        "schema": schema,
        "description": "One row per thing.",
        "columns": {"goal": {"description": "A goal."}},
    }
