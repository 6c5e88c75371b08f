"""Arithmetic that several sections share: comparisons that forgive rounding, quantiles, means."""

from collections.abc import Iterable, Sequence
from math import fsum

TOLERANCE = 1e-9


def at_least(amount: float, threshold: float) -> bool:
    """Whether an amount reaches a threshold; a shortfall of up to 1e-9 is rounding."""
    return amount >= threshold - TOLERANCE


def quantile(ordered: Sequence[float], share: float) -> float:
    """The continuous quantile of sorted numbers (at least one), interpolated between neighbors.

    Args:
        ordered: numbers in ascending order.
        share: 0 is the smallest, 1 the largest.
    """
    position = share * (len(ordered) - 1)
    below = min(int(position), len(ordered) - 1)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def mean(amounts: Iterable[float]) -> float | None:
    """The plain mean; None of nothing."""
    known = list(amounts)
    return fsum(known) / len(known) if known else None
