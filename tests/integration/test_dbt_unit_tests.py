"""dbt's unit tests: every model with logic, on a few rows each."""

from pathlib import Path

from dbt.contracts.graph.nodes import UnitTestNode

from lead_sla.settings import PROJECT_DIR
from tests.support.harness import Company, invoke_dbt

# The models that only rename or select what a seed holds.
WITHOUT_LOGIC = {"dim_agreed_rates", "dim_data_quality_reasons", "dim_event_types", "dim_slas"}


def test_every_model_with_logic_has_a_unit_test_and_all_pass(tmp_path: Path) -> None:
    company = Company(tmp_path)
    company.land()
    company.build("2026-01-31")
    results = invoke_dbt(company.settings, ["test", "--select", "test_type:unit"])
    tests = [result.node for result in results if isinstance(result.node, UnitTestNode)]  # hooks have results as well
    tested = {test.tested_node_unique_id.rsplit(".", 1)[-1] for test in tests}
    models = {path.stem for path in (PROJECT_DIR / "models").rglob("*.sql")}
    assert models - tested == WITHOUT_LOGIC
    assert len(tests) > len(tested)
