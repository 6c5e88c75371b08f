"""What the month may yet become, from how earlier months went on from here, and how that held (section 8)."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import floor
from typing import cast

from tests.oracle.dates import add_months
from tests.oracle.figures import TOLERANCE, at_least, mean, quantile
from tests.oracle.inputs import Row

LOOK_BACK_PERIODS = 12
FEWEST_PERIODS = 3
TENTHS, BINS = 10, 5
FORECAST = ("projected_total", "projected_low", "projected_high", "hit_probability")


@dataclass
class Course:
    """How one period went: the elapsed share and what had come by the end of each of its days."""

    shares: list[float] = field(default_factory=list)
    to_date: list[float] = field(default_factory=list)

    @property
    def total(self) -> float:
        """What the whole period brought."""
        return self.to_date[-1]

    def at(self, share: float) -> float | None:
        """What had come by the last day whose elapsed share does not exceed `share`; None without such a day."""
        days = bisect_right(self.shares, share + TOLERANCE)
        return self.to_date[days - 1] if days else None


def with_forecasts(rows: Sequence[Row]) -> list[Row]:
    """The rows of one SLA, in the order of their days, with the forecast of every day that has actuals."""
    courses: dict[date, Course] = defaultdict(Course)
    for row in rows:
        if row["actual_cumulative"] is not None and row["elapsed_share"] is not None:
            course = courses[cast(date, row["period_start"])]
            course.shares.append(_float(row, "elapsed_share"))
            course.to_date.append(_float(row, "actual_cumulative"))
    return [{**row, **_forecast(row, courses)} for row in rows]


def _forecast(row: Row, courses: Mapping[date, Course]) -> Row:
    """The four columns of one day."""
    nothing: Row = dict.fromkeys(FORECAST)
    if row["actual_cumulative"] is None or row["elapsed_share"] is None:
        return nothing
    growth = growth_since(_float(row, "elapsed_share"), cast(date, row["period_start"]), courses)
    if len(growth) < FEWEST_PERIODS:
        return nothing
    actual = _float(row, "actual_cumulative")
    hits = None if row["target"] is None else sum(at_least(actual * rate, _float(row, "target")) for rate in growth)
    return {
        "projected_total": actual * quantile(growth, 0.5),
        "projected_low": actual * quantile(growth, 0.1),
        "projected_high": actual * quantile(growth, 0.9),
        "hit_probability": None if hits is None else (hits + 0.5) / (len(growth) + 1),
    }


def growth_since(share: float, period: date, courses: Mapping[date, Course]) -> list[float]:
    """By what the earlier periods' totals exceeded what they had at the same elapsed share, in ascending order."""
    growth = []
    for distance in range(1, LOOK_BACK_PERIODS + 1):
        course = courses.get(add_months(period, -distance))
        then = course.at(share) if course else None
        if course and then:
            growth.append(course.total / then)
    return sorted(growth)


@dataclass(frozen=True)
class PastDay:
    """A day of a period that has ended, with its forecast and what came."""

    row: Row
    final: float

    @property
    def tenth(self) -> int:
        """The tenth of the period that the day lies in; the last day belongs to the last tenth."""
        return min(floor(_float(self.row, "elapsed_share") * TENTHS + TOLERANCE), TENTHS - 1)

    @property
    def bin(self) -> int:
        """The fifth that the day's probability lies in, from 1."""
        return min(floor(_float(self.row, "hit_probability") * BINS + TOLERANCE), BINS - 1) + 1

    @property
    def held(self) -> bool:
        """Whether what came lies in the band, ends included."""
        low, high = _float(self.row, "projected_low"), _float(self.row, "projected_high")
        return at_least(self.final, low) and at_least(high, self.final)

    @property
    def reached(self) -> bool:
        """Whether the target was met in the end."""
        return at_least(self.final, _float(self.row, "target"))

    def error(self, column: str) -> float | None:
        """How far a projection was off, as a share of what came; None when nothing came or nothing was projected."""
        if self.final <= 0 or self.row[column] is None:
            return None
        return abs(_float(self.row, column) - self.final) / self.final


def past_days(rows: Sequence[Row], as_of_date: date) -> list[PastDay]:
    """The days with a forecast of one SLA's periods that have ended by `as_of_date`."""
    finals: dict[object, Row] = {row["period_start"]: row for row in rows}
    return [
        PastDay(row, _float(last, "actual_cumulative"))
        for row in rows
        if row["projected_total"] is not None
        and cast(date, (last := finals[row["period_start"]])["date"]) <= as_of_date
    ]


def forecast_backtest_rows(sla_id: str, days: Iterable[PastDay]) -> list[Row]:
    """The rows of `rpt_forecast_backtest` of one SLA: only tenths with a day."""
    groups: dict[int, list[PastDay]] = defaultdict(list)
    for day in days:
        groups[day.tenth].append(day)
    return [
        {
            "sla_id": sla_id,
            "elapsed_tenth": tenth,
            "days": len(group),
            "band_hit_rate": mean(float(day.held) for day in group),
            "mean_absolute_error_projection": _mean_error(group, "projected_total"),
            "mean_absolute_error_run_rate": _mean_error(group, "run_rate_projection"),
        }
        for tenth, group in sorted(groups.items())
    ]


def calibration_rows(sla_id: str, days: Iterable[PastDay]) -> list[Row]:
    """The rows of `rpt_forecast_calibration` of one SLA: only bins with a day."""
    groups: dict[int, list[PastDay]] = defaultdict(list)
    for day in days:
        if day.row["hit_probability"] is not None:
            groups[day.bin].append(day)
    return [
        {
            "sla_id": sla_id,
            "probability_bin": number,
            "days": len(group),
            "predicted_rate": mean(_float(day.row, "hit_probability") for day in group),
            "realized_rate": mean(float(day.reached) for day in group),
        }
        for number, group in sorted(groups.items())
    ]


def _mean_error(days: Iterable[PastDay], column: str) -> float | None:
    return mean(error for day in days if (error := day.error(column)) is not None)


def _float(row: Row, column: str) -> float:
    return float(cast(float, row[column]))
