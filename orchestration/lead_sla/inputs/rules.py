"""The allowed ranges of the rules, which are the vars of `dbt_project.yml`.

What belongs here: name, type and range of each var, and how the status thresholds are ordered. Their meanings are
beside their values in `dbt_project.yml`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

RUN_VARS = (
    "as_of_date",
    "published_at",
    "fingerprints",
    "business_timezone",
    "reporting_currency",
    "tested_file_number",
    "accepted_withdrawals",
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
class Day:
    """A date between two days, both allowed, as text of the form YYYY-MM-DD."""

    first: date
    last: date

    def allows(self, value: Any) -> bool:
        """Whether the value is the text of such a date."""
        try:
            return isinstance(value, str) and self.first <= date.fromisoformat(value) <= self.last
        except ValueError:
            return False

    def __str__(self) -> str:
        """In words that follow "It must be"."""
        return f"a date from {self.first} to {self.last}, written as YYYY-MM-DD"


@dataclass(frozen=True)
class Order:
    """A list that names each of some words once, in any order."""

    members: tuple[str, ...]

    def allows(self, value: Any) -> bool:
        """Whether the value is such a list."""
        return isinstance(value, list) and len(value) == len(self.members) and all(m in value for m in self.members)

    def __str__(self) -> str:
        """In words that follow "It must be"."""
        return f"a list of all of {', '.join(self.members)}, each once, in order of preference"


CLOSE_RATE_METHODS = ("kaplan_meier", "life_table", "matured", "observed")

RULES: Mapping[str, Choice | Range | Day | Order] = {
    "close_rate_method": Choice(("auto", *CLOSE_RATE_METHODS)),
    "close_rate_methods": Order(CLOSE_RATE_METHODS),
    "auto_months": Range(1, 120, whole=True),
    "calibration_window_months": Range(1, 120, whole=True),
    "maturity_days": Range(1, 3650, whole=True),
    "life_table_window_days": Range(1, 3650, whole=True),
    "minimum_at_risk": Range(1, 100_000, whole=True),
    "shrinkage_leads": Range(0, 100_000),
    "value_shrinkage_customers": Range(0, 100_000),
    "source_limit": Range(1, 10_000, whole=True),
    "mix_window_months": Range(1, 120, whole=True),
    "too_early_share": Range(0, 1),
    "ahead_rate": Range(0, 10),
    "on_track_rate": Range(0, 10),
    "at_risk_rate": Range(0, 10),
    "forecast_window_days": Range(7, 366, whole=True),
    "forecast_minimum_days": Range(1, 366, whole=True),
    "forecast_shrinkage_days": Range(0.1, 100),
    "forecast_season_limit": Range(0, 10),
    "forecast_season_shrinkage": Range(0.001, 100),
    "forecast_prior_days": Range(0.1, 366),
    "forecast_weight_shrinkage": Range(0, 100_000),
    "forecast_weight_limit": Range(0, 1),
    "forecast_history_months": Range(1, 120, whole=True),
    "forecast_neighbor_days": Range(0, 30, whole=True),
    "forecast_habit_months": Range(2, 120, whole=True),
    "forecast_habit_shrinkage": Range(0, 1000),
    "forecast_band_width": Range(0.1, 10),
    "forecast_assumed_error": Range(0, 1),
    "forecast_assumed_months": Range(1, 120, whole=True),
    "earliest_date": Day(date(1900, 1, 1), date(2100, 12, 31)),
    "max_quarantined_share": Range(0, 1),
    "max_rejected_share": Range(0, 1),
    "max_withdrawn_share": Range(0, 1),
}
