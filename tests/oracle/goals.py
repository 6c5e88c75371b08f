"""Goals: the five bases side by side, and the one that counts (section 7)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, fsum

from tests.oracle.cards import Booking, Weighted
from tests.oracle.curves import PROSPECTIVE, Change, Curve, slices_of, weights_of
from tests.oracle.dates import add_months, holidays_of, month_of
from tests.oracle.events import ALL
from tests.oracle.inputs import Inputs, SeedRow, day, need, number, text

LEADS, POINTS, VALUE = "leads", "points", "value"
CUSTOM, PLAN = "custom", "plan"
LOOK_BACK = {"last_period": [-1], "same_period_last_year": [-12], "trailing_3_average": [-1, -2, -3]}


@dataclass(frozen=True)
class Sla:
    """One row of `sla_definitions.csv`."""

    sla_id: str
    label: str
    unit: str
    segment: str
    pacing: str
    goal_basis: str

    def covers(self, booking: Booking) -> bool:
        """Whether a booking belongs to this SLA's segment."""
        return self.segment in (ALL, booking.segment)

    def measure(self, booking: Booking) -> float:
        """What a booking adds, in this SLA's unit."""
        return {LEADS: float(booking.leads), POINTS: booking.points, VALUE: booking.value}[self.unit]


@dataclass(frozen=True)
class Goal:
    """One row of `fct_sla_goals`, and the curve behind it (None without a target)."""

    sla: Sla
    period_start: date
    custom_amount: float | None
    bases: Mapping[str, float | None]
    goal_basis: str
    target: float | None
    slices: Curve | None


Solver = Callable[[Sla, date], float | None]


def slas_of(inputs: Inputs) -> list[Sla]:
    """The SLAs, by id."""
    names = ("sla_id", "label", "unit", "segment", "pacing", "goal_basis")
    return sorted(
        (Sla(*(text(row, name) or "" for name in names)) for row in inputs.seed("sla_definitions")),
        key=lambda sla: sla.sla_id,
    )


def goals_of(
    sla: Sla,
    periods: Sequence[date],
    booked: Iterable[Booking],
    solve: Callable[[Sla, date], float | None],
    inputs: Inputs,
) -> list[Goal]:
    """One goal for every period; `solve` gives the plan's goal of a month."""
    totals = _totals(sla, periods, booked)
    holidays = holidays_of(sla.segment, inputs.seed("holidays"))
    goals = []
    for period in periods:
        bases = {name: _mean_of(totals, period, months) for name, months in LOOK_BACK.items()}
        bases[PLAN] = solve(sla, period)
        rows = _target_rows(sla, period, inputs)
        custom = number(rows[-1], "amount") if rows else None
        basis = (text(rows[-1], "goal_basis") if rows else None) or sla.goal_basis
        changes = [_change(row, sla, bases) for row in rows] or [_change({"effective_from": str(period)}, sla, bases)]
        slices = slices_of(weights_of(period, sla.pacing, holidays), changes)
        target = None if slices is None else float(sum(slices.values()))
        goals.append(Goal(sla, period, None if custom is None else float(custom), bases, basis, target, slices))
    return goals


def _totals(sla: Sla, periods: Sequence[date], booked: Iterable[Booking]) -> dict[date, float]:
    """The SLA's actual total of every period; quiet ones are 0."""
    parts: dict[date, list[float]] = {period: [] for period in periods}
    for booking in booked:
        if sla.covers(booking):
            parts[month_of(booking.date)].append(sla.measure(booking))
    return {period: fsum(amounts) for period, amounts in parts.items()}


def _mean_of(totals: Mapping[date, float], period: date, months: Sequence[int]) -> float | None:
    """The mean total of the months at these distances; None when one lies before the first lead's month."""
    wanted = [totals.get(add_months(period, distance)) for distance in months]
    known = [total for total in wanted if total is not None]
    return fsum(known) / len(months) if len(known) == len(months) else None


def _target_rows(sla: Sla, period: date, inputs: Inputs) -> list[SeedRow]:
    """The rows of `sla_targets.csv` for a period, in the order in which they came into force."""
    rows = [
        row
        for row in inputs.seed("sla_targets")
        if need(row, "sla_id") == sla.sla_id and day(row, "period_start") == period
    ]
    return sorted(rows, key=lambda row: text(row, "effective_from") or str(period))


def _change(row: SeedRow, sla: Sla, bases: Mapping[str, float | None]) -> Change:
    basis = text(row, "goal_basis") or sla.goal_basis
    custom = number(row, "amount")
    amount = (None if custom is None else Fraction(custom)) if basis == CUSTOM else _fraction(bases[basis])
    effective_from = text(row, "effective_from")
    return Change(
        date.fromisoformat(effective_from) if effective_from else day(row, "period_start"),
        text(row, "change_policy") or PROSPECTIVE,
        amount,
    )


def _fraction(amount: float | None) -> Fraction | None:
    return None if amount is None else Fraction(amount)


def plan_solver(inputs: Inputs, weighted: Iterable[Weighted]) -> Solver:
    """A function that solves the revenue plan for an SLA and a lead month; None where it cannot be solved."""
    usual = {(row.period_start, row.segment): row for row in weighted}

    def solve(sla: Sla, lead_month: date) -> float | None:
        rows = [row for row in inputs.seed("revenue_plan") if _lands_on(row, sla.segment, lead_month)]
        mix = usual.get((lead_month, sla.segment))
        average, rate = (mix.average_deal_value, mix.weighted_close_rate) if mix else (None, None)
        wanted = [plan_customers(row, average) for row in rows]
        customers = [count for count in wanted if count is not None]
        if not rows or len(customers) < len(rows):
            return None
        if sla.unit == LEADS:
            return lead_goal(sum(customers, Fraction(0)), rate)
        if sla.unit == POINTS:
            return float(100 * sum(customers))
        worths = [_deal_value(row, average) for row in rows]
        if any(worth is None for worth in worths):
            return None
        return float(sum(count * (worth or 0) for count, worth in zip(customers, worths, strict=True)))

    return solve


def _lands_on(row: SeedRow, segment: str, lead_month: date) -> bool:
    """Whether the leads for a plan row are wanted in `lead_month`."""
    cycle = int(number(row, "sales_cycle_months") or 0)
    return need(row, "segment") == segment and add_months(month_of(day(row, "period_start")), -cycle) == lead_month


def _deal_value(row: SeedRow, average: float | None) -> Fraction | None:
    own = number(row, "average_deal_value")
    return _fraction(average) if own is None else Fraction(own)


def plan_customers(row: SeedRow, average: float | None) -> Fraction | None:
    """The customers a plan row asks for; None when it cannot be solved.

    Args:
        row: a row of `revenue_plan.csv`.
        average: what a customer of the segment's usual mix brings in the lead month, for a row that gives none.
    """
    customers, revenue = number(row, "customers"), number(row, "new_revenue")
    if customers is not None:
        return Fraction(customers)
    share, worth = number(row, "marketing_share"), _deal_value(row, average)
    if revenue is None or not worth:
        return None
    return Fraction(revenue) * (Fraction(1) if share is None else Fraction(share)) / worth


def lead_goal(customers: Fraction, weighted_close_rate: float | None) -> float | None:
    """Leads needed for a number of customers, rounded up; None without a rate."""
    if not weighted_close_rate:
        return None
    return float(ceil(float(customers) / weighted_close_rate - 1e-9))
