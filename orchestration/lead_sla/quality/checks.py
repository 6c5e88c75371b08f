"""What a suite is: plain data, so that checks can be listed without the seconds Great Expectations takes to load."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warn"]


@dataclass(frozen=True)
class Check:
    """One rule about one table: `description` is the rule, `remedy` what to do when rows break it.

    `query` returns the rows that break it, which go into messages, so it selects ids and figures only. `{batch}` is
    the table and `$name` for a parameter of the suite. A failed `error` stops the refresh, a failed `warn` is only
    reported.
    """

    name: str
    table: str
    severity: Severity
    description: str
    remedy: str
    query: str


@dataclass(frozen=True)
class Suite:
    """The checks of one boundary and the SQL text of their parameters.

    `preparations` are statements that run before them and may create tables in the database `scratch`, which is dropped
    after the checks.
    """

    name: str
    checks: tuple[Check, ...]
    parameters: Mapping[str, str]
    preparations: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckDescription:
    """The part of a check that is the same for every run."""

    name: str
    table: str
    severity: Severity
    description: str


@dataclass(frozen=True)
class CheckResult:
    """The result of a check. `found` is the rule, and when rows break it, how many and up to five of them."""

    name: str
    table: str
    passed: bool
    severity: Severity
    found: str
    remedy: str


@dataclass(frozen=True)
class SuiteResult:
    """The results of a suite, in the order of its checks."""

    suite: str
    checks: tuple[CheckResult, ...]


def describe(suite: Suite) -> list[CheckDescription]:
    """List the checks of a suite without running them."""
    return [CheckDescription(check.name, check.table, check.severity, check.description) for check in suite.checks]
