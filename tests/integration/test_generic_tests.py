"""The generic data tests of dbt fail where they should, and only there: seeds that nobody checked go into dbt."""

import json
from pathlib import Path

from tests.support.small_seeds import CARD, DEFINITIONS, PLAN, SEEDS, TARGETS, TYPES, run_dbt, write_seed, write_seeds


def failing_tests(home: Path) -> set[str]:
    """Load the seeds, run the data tests that concern nothing else, and return which failed, without arguments."""
    said = run_dbt(home, "build", "--select", "config.materialized:seed", "--indirect-selection", "cautious")
    results = json.loads((home / "target/run_results.json").read_text())["results"]
    statuses = {result["unique_id"].split(".")[2]: result["status"] for result in results}
    assert {"success", "pass"} <= set(statuses.values()), said
    assert not {"error", "skipped"} & set(statuses.values()), said
    return {name for name, status in statuses.items() if status == "fail"}


def test_tests_pass_on_good_seeds(tmp_path: Path) -> None:
    write_seeds(tmp_path / "seeds")
    assert failing_tests(tmp_path) == set()


def test_tests_fail_on_duplicates_with_nulls_values_out_of_range_and_empty_tables(tmp_path: Path) -> None:
    seeds = write_seeds(tmp_path / "seeds")
    write_seed(seeds / DEFINITIONS, SEEDS[DEFINITIONS].split("\n", 1)[0] + "\n")
    write_seed(seeds / TARGETS, SEEDS[TARGETS].replace("2026-02-16", "").replace(",400,", ",-1,"))
    write_seed(seeds / PLAN, SEEDS[PLAN].replace("0.60", "1.01"))
    write_seed(seeds / CARD, SEEDS[CARD].replace("0.10", "10").replace("demo_request", "page_visit"))
    write_seed(seeds / TYPES, SEEDS[TYPES].replace("decision,20", "decision,10"))
    failing = {name.split("__")[0] for name in failing_tests(tmp_path)}
    assert failing == {
        "not_empty_sla_definitions_",
        "unique_combination_of_columns_sla_targets_sla_id",
        "event_types_qualifying_ranks_are_unique",
        "accepted_range_sla_targets_amount",
        "accepted_range_revenue_plan_marketing_share",
        "accepted_range_agreed_rate_card_close_rate",
        "relationships_sla_targets_sla_id",
        "relationships_revenue_plan_segment",
    }
