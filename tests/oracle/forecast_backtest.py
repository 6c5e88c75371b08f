"""How past forecasts compare with the totals that came (section 8)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import floor
from typing import cast

from tests.oracle.figures import TOLERANCE, at_least, mean
from tests.oracle.inputs import Row

TENTHS, BINS = 10, 5
# What a total outside the band costs in the interval score of a band of 80 %: 2 / 0.2 for each unit it is outside.
PENALTY = 10


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
        if self.final <= TOLERANCE or self.row[column] is None:
            return None
        return abs(_float(self.row, column) - self.final) / self.final

    @property
    def interval_score(self) -> float | None:
        """The width of the band and the penalty of a miss, as a share of what came; None when nothing came."""
        if self.final <= TOLERANCE:
            return None
        low, high = _float(self.row, "projected_low"), _float(self.row, "projected_high")
        miss = max(0.0, low - self.final, self.final - high)
        return (high - low + PENALTY * miss) / self.final


def past_days(rows: Sequence[Row], as_of_date: date) -> list[PastDay]:
    """The days with a forecast, but the last of a month, of one SLA's periods that have ended by `as_of_date`."""
    finals: dict[object, Row] = {row["period_start"]: row for row in rows}
    return [
        PastDay(row, _float(last, "actual_cumulative"))
        for row in rows
        if row["projected_total"] is not None
        and row["elapsed_share"] is not None
        and (last := finals[row["period_start"]]) is not row
        and cast(date, last["date"]) <= as_of_date
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
            "mean_interval_score": mean(score for day in group if (score := day.interval_score) is not None),
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
