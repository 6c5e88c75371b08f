"""Runs a suite and describes the failures."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lead_sla.formatting import show_cell
from lead_sla.quality.checks import Check, CheckResult, Suite, SuiteResult
from lead_sla.settings import Settings

if TYPE_CHECKING:
    from lead_sla.quality.expectations import Finding

SHOWN_ROWS = 5


def run_suite(settings: Settings, suite: Suite) -> SuiteResult:
    """Run every check of a suite on the warehouse, which the caller has locked and closed.

    Raises:
        CheckFailedError: a check could not run, for instance because its table is missing.
    """
    # Great Expectations takes seconds to import, and only running a suite needs it.
    from lead_sla.quality.expectations import open_warehouse, prepare, validate  # noqa: PLC0415

    zone = f"'{settings.business_timezone}'"
    # In UTC there is nothing to convert, and each conversion costs as much as reading the row.
    conversion = "" if settings.business_timezone == "UTC" else f"at time zone 'UTC' at time zone {zone}"
    parameters = {**suite.parameters, "business_timezone": zone, "in_business_zone": conversion}
    with open_warehouse(settings) as warehouse:
        prepare(warehouse, suite.preparations, parameters)
        findings = validate(warehouse, suite.checks, parameters)
        return SuiteResult(suite.name, tuple(_judge(check, finding) for check, finding in findings))


def _judge(check: Check, finding: "Finding") -> CheckResult:
    found = check.description if finding.passed else _explain(check, finding.row_count, finding.rows)
    return CheckResult(check.name, check.table, finding.passed, check.severity, found, check.remedy)


def _explain(check: Check, count: int, rows: list[dict[str, Any]]) -> str:
    failures = "1 failure" if count == 1 else f"{count} failures"
    shown = "; ".join(_show(row) for row in rows[:SHOWN_ROWS])
    more = f"; and {count - SHOWN_ROWS} more" if count > SHOWN_ROWS else ""
    return f"{check.description} Found {failures} in {check.table}: {shown}{more}."


def _show(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={show_cell(value)}" for name, value in row.items())
