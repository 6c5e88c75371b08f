"""A test that the database could not run is not reported as bad data."""

import dagster as dg
import pytest

from lead_sla.errors import EngineError
from lead_sla.pipeline.dbt_assets import require_engine

MEMORY = "Runtime Error in test unique_keys\n  Out of Memory Error: could not allocate block of size 256.0 KiB"


def failed(name: str) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=False, check_name=name, metadata={"unique_id": f"test.lead_sla.{name}"})


def test_what_the_database_could_not_run_is_named_with_its_message() -> None:
    results = {
        "test.lead_sla.unique_keys": {"status": "error", "message": MEMORY},
        "test.lead_sla.rates": {"status": "fail", "message": "Got 2 results, configured to fail if != 0"},
    }
    with pytest.raises(EngineError) as stopped:
        require_engine([failed("rates"), failed("unique_keys")], results)
    assert f"unique_keys: {MEMORY}" in str(stopped.value)
    assert "This says nothing about the data." in str(stopped.value)
    assert "raise LEAD_SLA_MEMORY_LIMIT; then rerun" in str(stopped.value)
    assert "rates" not in str(stopped.value)


@pytest.mark.parametrize("status", ["fail", "warn"])
def test_failing_rows_are_no_error_of_the_database(status: str) -> None:
    require_engine([failed("rates")], {"test.lead_sla.rates": {"status": status, "message": "Got 2 results"}})
    require_engine([failed("rates")], {})
