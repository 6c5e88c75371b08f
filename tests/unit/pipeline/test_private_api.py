"""What has to change in dagster-dbt before its private function may go; see docs/decisions/0010."""

import inspect

from dagster_dbt import DbtCliResource

KNOWN = {"self", "args", "raise_on_error", "manifest", "dagster_dbt_translator", "context", "target_path"}


def test_dbt_cli_resource_still_cannot_be_given_a_running_process() -> None:
    parameters = set(inspect.signature(DbtCliResource.cli).parameters)
    assert parameters == KNOWN, "look whether dagster_dbt.asset_utils may go from pipeline/dbt_assets.py (ADR 10)"
