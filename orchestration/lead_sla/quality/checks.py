"""What a suite is: plain data, so that checks can be listed without the seconds Great Expectations takes to load."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warn"]


@dataclass(frozen=True)
class NoRows:
    """Holds when the query finds nothing; what it finds is shown.

    `{batch}` stands for the checked table and `$name` for a parameter of the suite. Select ids and figures only: the
    rows go into messages.
    """

    query: str


@dataclass(frozen=True)
class ColumnValues:
    """One of Great Expectations' own rules about the values of a column.

    `expectation` is the name of the class, `arguments` are its own; `keys` are the columns that identify a row.
    """

    expectation: str
    arguments: Mapping[str, Any]
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Check:
    """One rule about one table. `description` says what must hold, `remedy` what to do when it does not.

    A failed `error` keeps the mart from being published, a failed `warn` is only reported.
    """

    name: str
    table: str
    severity: Severity
    description: str
    remedy: str
    rule: NoRows | ColumnValues


@dataclass(frozen=True)
class Suite:
    """The checks of one boundary and the SQL text that their parameters stand for.

    `preparations` are statements that come before them, which may make tables in the database `scratch`; it ends with
    the checks.
    """

    name: str
    checks: tuple[Check, ...]
    parameters: Mapping[str, str]
    preparations: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckDescription:
    """What a check is about, known before it runs and the same for every run."""

    name: str
    table: str
    severity: Severity
    description: str


@dataclass(frozen=True)
class CheckResult:
    """How a check went. `what` says in words what was found, with up to five of the cases."""

    name: str
    table: str
    passed: bool
    severity: Severity
    what: str
    remedy: str


@dataclass(frozen=True)
class SuiteResult:
    """How the checks of a suite went, in the order of the suite."""

    suite: str
    checks: tuple[CheckResult, ...]


def describe(suite: Suite) -> list[CheckDescription]:
    """List the checks of a suite without running them."""
    return [CheckDescription(check.name, check.table, check.severity, check.description) for check in suite.checks]
