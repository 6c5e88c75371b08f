"""Running a suite and putting what it finds into words."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lead_sla.quality.checks import Check, CheckResult, Suite, SuiteResult
from lead_sla.settings import Settings

if TYPE_CHECKING:
    from lead_sla.quality.expectations import Finding

SHOWN_CASES = 5


def run_suite(settings: Settings, suite: Suite) -> SuiteResult:
    """Run every check of a suite on the warehouse, which the caller has locked and does not hold open.

    Raises:
        CheckFailedError: a check could not be carried out, for instance because its table is missing.
    """
    # Great Expectations takes seconds to load, and only whoever runs a suite needs it.
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
    what = check.description if finding.holds else _explain(check, finding.breaches, finding.cases)
    return CheckResult(check.name, check.table, finding.holds, check.severity, what, check.remedy)


def _explain(check: Check, count: int, cases: list[dict[str, Any]]) -> str:
    times = "1 case" if count == 1 else f"{count} cases"
    shown = "; ".join(_show(case) for case in cases[:SHOWN_CASES])
    more = f"; and {count - SHOWN_CASES} more" if count > SHOWN_CASES else ""
    return f"{check.description} This does not hold in {times} in {check.table}: {shown}{more}."


def _show(case: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name}={value:.12g}" if isinstance(value, float) else f"{name}={value}" for name, value in case.items()
    )
