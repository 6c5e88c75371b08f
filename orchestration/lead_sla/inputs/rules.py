"""The allowed ranges of the numeric rules, which are the vars of `dbt_project.yml`.

What belongs here: name, type and range of each var, and how the status thresholds are ordered. What they mean stands
beside their values in `dbt_project.yml`.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lead_sla.errors import InputError
from lead_sla.inputs.seed_values import did_you_mean

RUN_VARS = (
    "as_of_date",
    "published_at",
    "fingerprints",
    "business_timezone",
    "reporting_currency",
    "tested_file_number",
)
THRESHOLDS = ("at_risk_rate", "on_track_rate", "ahead_rate")


@dataclass(frozen=True)
class Choice:
    """One of a closed list of words."""

    allowed: tuple[str, ...]

    def allows(self, value: Any) -> bool:
        """Whether the value is one of them."""
        return value in self.allowed

    def __str__(self) -> str:
        """In words that follow "It must be"."""
        return f"one of {', '.join(self.allowed)}"


@dataclass(frozen=True)
class Range:
    """A number between two bounds, both allowed."""

    low: float
    high: float
    whole: bool = False

    def allows(self, value: Any) -> bool:
        """Whether the value is such a number; true, false and text are none."""
        is_number = type(value) is int or (type(value) is float and not self.whole)
        return is_number and self.low <= value <= self.high

    def __str__(self) -> str:
        """In words that follow "It must be"."""
        return f"a {'whole ' if self.whole else ''}number from {self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Order:
    """A list that names each of some words once, in any order."""

    members: tuple[str, ...]

    def allows(self, value: Any) -> bool:
        """Whether the value is such a list."""
        return isinstance(value, list) and len(value) == len(self.members) and all(m in value for m in self.members)

    def __str__(self) -> str:
        """In words that follow "It must be"."""
        return f"a list of {', '.join(self.members)}, in the order of your choice"


CLOSE_RATE_METHODS = ("kaplan_meier", "life_table", "matured", "observed")

RULES: Mapping[str, Choice | Range | Order] = {
    "close_rate_method": Choice(("auto", *CLOSE_RATE_METHODS)),
    "close_rate_methods": Order(CLOSE_RATE_METHODS),
    "auto_months": Range(1, 120, whole=True),
    "calibration_window_months": Range(1, 120, whole=True),
    "maturity_days": Range(1, 3650, whole=True),
    "life_table_window_days": Range(1, 3650, whole=True),
    "minimum_at_risk": Range(1, 100_000, whole=True),
    "shrinkage_leads": Range(0, 100_000),
    "mix_window_months": Range(1, 120, whole=True),
    "too_early_share": Range(0, 1),
    "ahead_rate": Range(0, 10),
    "on_track_rate": Range(0, 10),
    "at_risk_rate": Range(0, 10),
    "max_quarantined_share": Range(0, 1),
    "max_rejected_share": Range(0, 1),
}


def check_rules(project_file: Path) -> None:
    """Check the vars of `dbt_project.yml`: known names only, none missing, each in its range, thresholds in order.

    Raises:
        InputError: one sentence for each var that is wrong, each on a line of its own.
    """
    problems = list(_problems(_read_vars(project_file)))
    if problems:
        raise InputError("\n".join(f"{project_file.name}, {problem}" for problem in problems))


def _read_vars(project_file: Path) -> dict[str, Any]:
    try:
        project = yaml.safe_load(project_file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"{project_file}: the file is missing. Restore it from git.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(
            f"{project_file.name}: the file is not YAML in UTF-8. {' '.join(str(error).split())}"
        ) from error
    found = project.get("vars") if isinstance(project, dict) else None
    if not isinstance(found, dict):
        raise InputError(f"{project_file.name}: the section vars is missing. It holds {', '.join(RULES)}.")
    return found


def _problems(found: Mapping[str, Any]) -> Iterator[str]:
    known = (*RUN_VARS, *RULES)
    for name, value in found.items():
        if name not in known:
            yield f"var {name}: the var is unknown.{did_you_mean(str(name), known)}"
        elif name in RULES and not RULES[name].allows(value):
            yield f"var {name}: {value!r} is not allowed. It must be {RULES[name]}."
    for name in known:
        if name not in found:
            allowed = f" It must be {RULES[name]}." if name in RULES else " Every run passes its own value."
            yield f"var {name}: the var is missing.{allowed}"
    yield from (f"var {name}: {says}" for name, says in find_unordered(found))


def find_unordered(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Thresholds that are not in order, by name; those that are wrong by themselves are left out."""
    for lower, upper in itertools.pairwise(THRESHOLDS):
        in_range = all(RULES[name].allows(found.get(name)) for name in (lower, upper))
        if in_range and found[lower] >= found[upper]:
            yield lower, f"{found[lower]!r} is not allowed. It must be less than {upper}, {found[upper]!r}."
