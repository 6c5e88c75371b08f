"""The Great Expectations suites as Dagster asset checks: one step per suite; an error stops the steps after it."""

from collections.abc import Callable, Iterator
from datetime import date

import dagster as dg

from lead_sla.pipeline.audit import check_metadata
from lead_sla.pipeline.resources import Refresh
from lead_sla.quality.checks import CheckDescription, CheckResult, Suite, describe
from lead_sla.settings import Settings


def build_suite_checks(settings: Settings, name: str, make_suite: Callable[[date], Suite]) -> dg.AssetChecksDefinition:
    """The step `name`, which runs the suite of a day on the warehouse."""
    # What is checked is the same every day; only the parameters differ.
    listed = describe(make_suite(date.min))

    @dg.multi_asset_check(name=name, specs=[_spec(description) for description in listed])
    def run(refresh: Refresh) -> Iterator[dg.AssetCheckResult]:
        for result in refresh.run.suites.run_suite(settings, make_suite(refresh.run.as_of_date)).checks:
            yield _result(result)

    return run


def _spec(check: CheckDescription) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        check.name, asset=_asset_key(check.table), description=check.description, blocking=check.severity == "error"
    )


def _result(check: CheckResult) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=_asset_key(check.table),
        check_name=check.name,
        passed=check.passed,
        severity=dg.AssetCheckSeverity.ERROR if check.severity == "error" else dg.AssetCheckSeverity.WARN,
        metadata=check_metadata(found=check.found, remedy=check.remedy),
    )


def _asset_key(table: str) -> dg.AssetKey:
    return dg.AssetKey(table.split("."))
