"""The daily facts: what was booked, the waterfall, and the status of each SLA (section 8)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from itertools import accumulate
from math import fsum
from typing import cast

from tests.oracle.cards import Booking
from tests.oracle.curves import weights_of
from tests.oracle.dates import holidays_of, is_business_day, last_of_month
from tests.oracle.figures import at_least
from tests.oracle.forecast import with_forecasts
from tests.oracle.goals import Goal, Sla
from tests.oracle.inputs import Inputs, Parameters, Row

DERIVED = ("gap", "attainment_rate", "required_per_remaining_weight", "run_rate_projection", "status")


def daily_rows(sla: Sla, booked: Iterable[Booking]) -> list[Row]:
    """The rows of `fct_sla_daily` of one SLA: only days and types with an entry."""
    groups: dict[tuple[date, str], list[Booking]] = defaultdict(list)
    for booking in booked:
        if sla.covers(booking):
            groups[booking.date, booking.event_type].append(booking)
    return [
        {
            "sla_id": sla.sla_id,
            "date": date_,
            "event_type": event_type,
            "leads": sum(booking.leads for booking in group),
            "points": fsum(booking.points for booking in group),
            "value": fsum(booking.value for booking in group),
        }
        for (date_, event_type), group in sorted(groups.items(), key=lambda item: item[0])
    ]


def cumulative_rows(goals: Sequence[Goal], booked: Iterable[Booking], inputs: Inputs) -> list[Row]:
    """The rows of `fct_sla_daily_cumulative` of one SLA: every day of every period."""
    if not goals:
        return []
    sla = goals[0].sla
    amounts: dict[date, list[float]] = defaultdict(list)
    for booking in booked:
        if sla.covers(booking):
            amounts[booking.date].append(sla.measure(booking))
    actuals = {date_: fsum(parts) for date_, parts in amounts.items()}
    return with_forecasts([row for goal in goals for row in _month(goal, actuals, inputs)])


def _month(goal: Goal, actuals: dict[date, float], inputs: Inputs) -> list[Row]:
    """One period of one SLA."""
    sla, rules = goal.sla, inputs.parameters
    holidays = holidays_of(sla.segment, inputs.seed("holidays"))
    weights = weights_of(goal.period_start, sla.pacing, holidays)
    total_weight = sum(weights.values())
    used = dict(zip(weights, accumulate(weights.values()), strict=True))
    to_date = dict(zip(goal.slices, accumulate(goal.slices.values()), strict=True)) if goal.slices else None
    rows, booked = [], []
    for date_ in weights:
        booked.append(actuals.get(date_, 0.0))
        row: Row = {
            "sla_id": sla.sla_id,
            "date": date_,
            "period_start": goal.period_start,
            "unit": sla.unit,
            "segment": sla.segment,
            "is_business_day": is_business_day(date_, holidays),
            "elapsed_share": used[date_] / total_weight if total_weight else None,
            "target": goal.target,
            "target_daily": float(goal.slices[date_]) if goal.slices else None,
            "target_cumulative": float(to_date[date_]) if to_date else None,
            **dict.fromkeys(("actual", "actual_cumulative", *DERIVED)),
        }
        if date_ <= rules.as_of_date:
            share = Fraction(used[date_], total_weight) if total_weight else None
            row.update(actual=booked[-1], actual_cumulative=fsum(booked))
            row.update(_standing(fsum(booked), goal.target, row["target_cumulative"], share, total_weight))
            row["status"] = status_of(row, share, date_ == last_of_month(date_), rules)
        rows.append(row)
    return rows


def _standing(actual: float, target: float | None, due: object, share: Fraction | None, total_weight: int) -> Row:
    """Everything derived from the actuals of a day: `due` is the goal to date, `share` the elapsed share."""
    goal_to_date = due if isinstance(due, float) else None
    attainment = actual / goal_to_date if goal_to_date else None
    return {
        "gap": None if goal_to_date is None else actual - goal_to_date,
        "attainment_rate": attainment,
        "required_per_remaining_weight": required_per_weight(actual, target, share, total_weight),
        "run_rate_projection": float(Fraction(actual) / share) if share else None,
    }


def required_per_weight(actual: float, target: float | None, share: Fraction | None, total_weight: int) -> float | None:
    """What each remaining day must bring; None when none remains or without a target, 0 when it is met."""
    if target is None or share is None or share == 1:
        return None
    return max(0.0, (target - actual) / float((1 - share) * total_weight))


def status_of(row: Row, share: Fraction | None, is_last: bool, rules: Parameters) -> str:
    """The word for a day with actuals; `share` is the elapsed share, `is_last` the last day of the month."""
    target, due, attainment = row["target"], row["target_cumulative"], row["attainment_rate"]
    if not isinstance(target, float) or target == 0:
        return "no_target"
    if is_last:
        return "met" if at_least(cast(float, row["actual_cumulative"]), target) else "missed"
    if not due or share is None or not at_least(float(share), rules.too_early_share):
        return "too_early"
    for word, threshold in (
        ("ahead", rules.ahead_rate),
        ("on_track", rules.on_track_rate),
        ("at_risk", rules.at_risk_rate),
    ):
        if at_least(cast(float, attainment), threshold):
            return word
    return "behind"
