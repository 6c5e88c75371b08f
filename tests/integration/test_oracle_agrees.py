"""The published mart against the independent calculation, on a company that has every oddity there is."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lead_sla.publishing import publish
from tests.oracle import calculate, compare, read_inputs, read_tables
from tests.oracle.dataset import Dataset, generate
from tests.support.harness import Company

QUARANTINE_REASONS = (
    "unknown_event_type",
    "unknown_stage",
    "unknown_lead",
    "reserved_segment",
    "negative_amount",
    "unknown_currency",
    "self_merge",
    "implausible_date",
    "occurred_in_future",
    "conflicting_duplicate",
)
OTHER_RULES = {
    "observed_unshrunk": {"close_rate_method": "observed", "shrinkage_leads": 0},
    "matured_short_windows": {
        "close_rate_method": "matured",
        "maturity_days": 30,
        "calibration_window_months": 3,
        "minimum_at_risk": 1,
        "mix_window_months": 1,
    },
    "life_table_short_window": {"close_rate_method": "life_table", "life_table_window_days": 45, "minimum_at_risk": 1},
    "kaplan_meier": {"close_rate_method": "kaplan_meier", "value_shrinkage_customers": 0},
    "few_leads": {"minimum_at_risk": 200, "value_shrinkage_customers": 2.5, "source_limit": 2},
}


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return generate()


@pytest.fixture(scope="module")
def company(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Company:
    home = tmp_path_factory.mktemp("oddities")
    company = Company(home, business_timezone=dataset.parameters.business_timezone)
    dataset.write(home)
    company.land(dataset.landed_at)
    return company


def differences(dataset: Dataset, rules: dict, mart: Path, schema: str) -> list[str]:
    expected = calculate(dataset.inputs(**rules))
    connection = duckdb.connect(str(mart), read_only=True)
    try:
        return compare(expected, read_tables(connection, schema))
    finally:
        connection.close()


def test_landing_types_the_files_as_specified(company: Company, dataset: Dataset) -> None:
    connection = duckdb.connect(str(company.settings.warehouse_path), read_only=True)
    try:
        landed = read_inputs(connection, company.settings.seeds, dataset.parameters)
    finally:
        connection.close()
    assert calculate(landed) == calculate(dataset.inputs())


def test_the_published_mart_equals_the_independent_calculation(company: Company, dataset: Dataset) -> None:
    company.build(dataset.parameters.as_of_date, data_tests=True)
    publish(company.settings, "oracle", dataset.parameters.as_of_date, datetime.now(UTC), None)
    assert differences(dataset, {}, company.settings.mart_path, "main") == []


@pytest.mark.soak
@pytest.mark.parametrize("rules", OTHER_RULES.values(), ids=OTHER_RULES.keys())
def test_the_marts_agree_under_other_rules(company: Company, dataset: Dataset, rules: dict[str, Any]) -> None:
    company.build(dataset.parameters.as_of_date, **rules)
    assert differences(dataset, rules, company.settings.warehouse_path, "marts") == []


def test_the_company_has_every_oddity(dataset: Dataset) -> None:
    """Guards the comparison itself: agreeing on a company without oddities would prove little."""
    tables = calculate(dataset.inputs())
    counts = {}
    for row in tables["rpt_data_quality"]:
        counts[row["reason"]] = counts.get(row["reason"], 0) + row["row_count"]
    issues = (
        "replayed",
        "rejected",
        "merged_records",
        "won_before_lead",
        "deal_without_lead",
        "unpriced_points",
        "unpriced_value",
    )
    assert [reason for reason in (*QUARANTINE_REASONS, *issues) if not counts[reason]] == []
    assert {row["method"] for row in tables["fct_close_rates"] if row["leads"]} == {
        *("observed", "matured", "kaplan_meier", "life_table", "any_touch"),
    }
    assert {row["goal_basis"] for row in tables["fct_sla_goals"] if row["target"] is not None} == {
        *("custom", "last_period", "same_period_last_year", "trailing_3_average", "plan"),
    }
    assert {row["pacing"] for row in tables["dim_slas"]} == {"calendar_days", "business_days"}
    assert {row["unit"] for row in tables["dim_slas"]} == {"leads", "points", "value"}
    policies = {row["change_policy"] for row in dataset.seeds["sla_targets"]}
    assert {"prospective", "retroactive", "catch_up"} <= policies
    assert {row["rate_source"] for row in tables["fct_rate_cards"]} == {
        "agreed",
        "kaplan_meier",
        "observed",
        "life_table",
    }
