"""How a month's goal is spread over its days, and what happens when it changes (section 7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.oracle.dates import days_between, is_business_day, last_of_month

PROSPECTIVE, RETROACTIVE, CATCH_UP = "prospective", "retroactive", "catch_up"
BUSINESS_DAYS = "business_days"

Curve = Mapping[date, Fraction]


@dataclass(frozen=True)
class Change:
    """An amount that comes into force on a day; None where its basis gives no amount."""

    effective_from: date
    policy: str
    amount: Fraction | None


def weights_of(period: date, pacing: str, holidays: frozenset[date]) -> dict[date, int]:
    """The weight, 0 or 1, of every day of a month."""
    return {
        day: int(pacing != BUSINESS_DAYS or is_business_day(day, holidays))
        for day in days_between(period, last_of_month(period))
    }


def slices_of(weights: Mapping[date, int], changes: Sequence[Change]) -> Curve | None:
    """Each day's slice of the goal, exactly; None without a goal or a day to spread it on.

    Args:
        weights: the weight of every day of the month.
        changes: the amounts, in any order; the earliest counts from the first of the month.
    """
    total = sum(weights.values())
    if total == 0 or not changes:
        return None
    first, *later = sorted(changes, key=lambda change: change.effective_from)
    slices = _spread(weights, first.amount)
    for change in later:
        slices = _changed(weights, slices, change)
    return slices


def _spread(weights: Mapping[date, int], amount: Fraction | None) -> Curve | None:
    if amount is None:
        return None
    total = sum(weights.values())
    return {day: amount * weight / total for day, weight in weights.items()}


def _changed(weights: Mapping[date, int], slices: Curve | None, change: Change) -> Curve | None:
    """Apply one later change, by its own policy."""
    if change.policy == RETROACTIVE:
        return _spread(weights, change.amount)
    kept = {day: weight for day, weight in weights.items() if day < change.effective_from}
    rest = {day: weight for day, weight in weights.items() if day >= change.effective_from}
    if change.policy == CATCH_UP and sum(rest.values()) == 0:
        return slices
    if slices is None or change.amount is None:
        return None
    missing = change.amount
    total = sum(weights.values())
    due = sum(slices[day] for day in kept)
    if change.policy == CATCH_UP and due > change.amount:
        return _spread(weights, change.amount)
    if change.policy == CATCH_UP:
        missing -= due
        total = sum(rest.values())
    return {day: slices[day] if day in kept else missing * weight / total for day, weight in weights.items()}
