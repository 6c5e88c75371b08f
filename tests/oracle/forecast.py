"""The forecast of a month's total, "the remaining days": `forecast.md`, step by step, for one SLA.

Months are walked in their order. Each month keeps what its days taught (`Lesson`), and a later day looks those up day
by day: no window frames, no joins.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import exp, fsum, log, sqrt
from statistics import variance
from typing import cast

from tests.oracle.dates import DAY, add_months
from tests.oracle.figures import TOLERANCE, at_least, mean
from tests.oracle.inputs import Row

FORECAST = ("projected_total", "projected_low", "projected_high", "hit_probability", "months_compared")
HOLIDAY = 8
SATURDAY = 6

WINDOW_DAYS, FEWEST_DAYS = 42, 14
GROUP_DAYS = 4.0
LARGEST_SEASON, SEASON_PRIOR = 0.7, 0.05
PRIOR_DAYS = 5.0
LARGEST_WEIGHT, WEIGHT_PRIOR = 0.95, 77.0
FEWEST_MONTHS, SHIFT_PRIOR = 6, 6.0
MONTHS_BACK, NEIGHBORS = 12, 3
BAND_WIDTH, ASSUMED_ERROR, ASSUMED_MONTHS = 1.6, 0.25, 3
SMALLEST_CHANCE, LARGEST_CHANCE = 0.01, 0.99


@dataclass
class Lesson:
    """What a day of an ended month shows in hindsight: each is None where there is nothing to learn."""

    surplus: float | None = None  # x of step 4
    error: float | None = None  # e of step 4
    habit: float | None = None  # z of step 5
    miss: float | None = None  # step 6


@dataclass
class Month:
    """A month that later ones learn from: its lessons by the days that were left, and its season."""

    lessons: dict[int, Lesson] = field(default_factory=dict)
    season: float | None = None  # q of step 2
    before: float | None = None  # b
    after: float | None = None  # a


@dataclass(frozen=True)
class Expectation:
    """Step 3, on one day with `actual` so far."""

    days: int
    actual: float
    gone: float
    ahead: float

    @property
    def total(self) -> float:
        """E."""
        return self.gone + self.ahead

    @property
    def surplus(self) -> float:
        """By what share more than expected has come so far."""
        return self.actual / self.gone - 1 if self.gone > 0 else 0.0

    @property
    def prior_weight(self) -> float:
        """The prior weight p of this month."""
        reach = self.days * self.gone / self.total
        return reach / (reach + PRIOR_DAYS)

    def remainder(self, weight: float) -> float:
        """R, when this month's surplus counts with a weight."""
        return self.ahead * (1 + weight * self.surplus)

    def size(self, remainder: float) -> float:
        """What errors are measured in."""
        return sqrt(self.ahead / self.total) * (self.actual + remainder + self.total) / 2


def with_forecasts(rows: Sequence[Row]) -> list[Row]:
    """The rows of one SLA, in the order of their days, with the forecast of every day that has actuals."""
    first = min((_date(row) for row in rows if abs(_actual(row)) > TOLERANCE), default=None)
    by_month: dict[date, list[Row]] = defaultdict(list)
    for row in rows:
        by_month[cast(date, row["period_start"])].append(row)
    actuals = {_date(row): row for row in rows}
    past: dict[date, Month] = {}
    forecasts: list[Row] = []
    for period, month_rows in by_month.items():
        rates = daily_rates(period, month_rows, actuals, first)
        month = Month()
        if any(rates):
            forecasts += _forecast_month(period, month_rows, rates, month, past)
        else:
            forecasts += [{**row, **dict.fromkeys(FORECAST)} for row in month_rows]
        past[period] = month
    return forecasts


def daily_rates(period: date, month: Sequence[Row], actuals: Mapping[date, Row], first: date | None) -> list[float]:
    """Step 1: what each day of the month usually brings; all 0 where the history is too short."""
    start = max(period - WINDOW_DAYS * DAY, first or period)
    days = [start + offset * DAY for offset in range((period - start).days)]
    window = [actuals[day] for day in days if day in actuals]
    if len(window) < FEWEST_DAYS:
        return [0.0] * len(month)
    kinds = [(_kind(row), row["is_business_day"], _actual(row)) for row in window]
    rates = []
    for day in month:
        alike = [actual for kind, _, actual in kinds if kind == _kind(day)]
        group = [actual for _, is_business_day, actual in kinds if is_business_day == day["is_business_day"]]
        common = mean(group) or 0.0
        rate = (fsum(alike) + GROUP_DAYS * common) / (len(alike) + GROUP_DAYS)
        rates.append(rate if rate > TOLERANCE else 0.0)
    return rates


def _kind(row: Row) -> int:
    """The weekday, or an eighth kind for a holiday on a weekday."""
    weekday = _date(row).isoweekday()
    return HOLIDAY if weekday < SATURDAY and not row["is_business_day"] else weekday


def _forecast_month(
    period: date, rows: Sequence[Row], rates: Sequence[float], month: Month, past: Mapping[date, Month]
) -> list[Row]:
    """Steps 2 to 7 for the days of one month, whose lessons are put into `month`."""
    total = fsum(map(_actual, rows)) if rows[-1]["actual"] is not None else None
    factor = seasonal_factor(period, month, past)
    if total is not None and total > TOLERANCE:
        _learn_season(month, _clip(log(total / fsum(rates)), LARGEST_SEASON), period, past)
    seasonal = [rate * factor for rate in rates]
    forecasts = []
    for index, row in enumerate(rows):
        left = len(rows) - 1 - index
        month.lessons[left] = Lesson()
        if row["actual"] is None:
            forecasts.append({**row, **dict.fromkeys(FORECAST)})
            continue
        actual = fsum(map(_actual, rows[: index + 1]))
        today = Expectation(len(rows), actual, fsum(seasonal[: index + 1]), fsum(seasonal[index + 1 :]))
        pools = [
            pool
            for back in range(1, MONTHS_BACK + 1)
            if (earlier := past.get(add_months(period, -back))) and (pool := _pool(earlier, left))
        ]
        forecast = forecast_day(today, pools, cast(float | None, row["target"]))
        if total is not None:
            month.lessons[left] = lesson_of(today, total, pools)
        forecasts.append({**row, **forecast})
    return forecasts


def seasonal_factor(period: date, month: Month, past: Mapping[date, Month]) -> float:
    """Step 2: by what the month's rates are multiplied."""
    usual = mean(_seasons(period, past))
    year_ago = past.get(add_months(period, -MONTHS_BACK))
    if usual is None or year_ago is None or year_ago.season is None:
        return 1.0
    month.before = year_ago.season - usual
    pairs = [(each.before, each.after) for each in past.values() if each.before is not None and each.after is not None]
    slope = fsum(a * b for b, a in pairs) / (fsum(b * b for b, _ in pairs) + SEASON_PRIOR)
    return exp(min(1.0, max(0.0, slope)) * month.before)


def _learn_season(month: Month, season: float, period: date, past: Mapping[date, Month]) -> None:
    month.season = season
    usual = mean(_seasons(period, past))
    month.after = None if usual is None else season - usual


def _seasons(period: date, past: Mapping[date, Month]) -> list[float]:
    """The q of the 12 months before, those there are."""
    months = [past.get(add_months(period, -back)) for back in range(1, MONTHS_BACK + 1)]
    return [month.season for month in months if month is not None and month.season is not None]


def _pool(month: Month, left: int) -> list[Lesson]:
    """The lessons of the day with as many days left and of its neighbors; none where the month has no such day."""
    if left not in month.lessons:
        return []
    return [lesson for days, lesson in month.lessons.items() if abs(days - left) <= NEIGHBORS]


def weight_of(today: Expectation, pools: Iterable[Sequence[Lesson]]) -> float:
    """Step 4: with what weight this month's surplus counts for the days ahead."""
    known = [
        (lesson.surplus, lesson.error)
        for pool in pools
        for lesson in pool
        if lesson.surplus is not None and lesson.error is not None
    ]
    squares = fsum(x * x for x, _ in known)
    noise = fsum(e * e for _, e in known)
    denominator = squares + WEIGHT_PRIOR * noise / len(known) if known else 0.0
    if denominator <= TOLERANCE:
        return min(today.prior_weight, LARGEST_WEIGHT)
    weight = today.prior_weight + fsum(x * e for x, e in known) / denominator
    return min(LARGEST_WEIGHT, max(0.0, weight))


def shift_of(pools: Iterable[Sequence[Lesson]]) -> float:
    """Step 5: the habitual error, as far as it is one."""
    habits = [habit for pool in pools if (habit := mean(_known(lesson.habit for lesson in pool))) is not None]
    if len(habits) < FEWEST_MONTHS or not (middle := fsum(habits) / len(habits)):
        return 0.0
    return middle * max(0.0, 1 - SHIFT_PRIOR * variance(habits) / (len(habits) * middle**2))


def forecast_day(today: Expectation, pools: Sequence[Sequence[Lesson]], target: float | None) -> Row:
    """Steps 4 to 7: the five columns of one day."""
    remainder = today.remainder(weight_of(today, pools))
    size, projected = today.size(remainder), _projected(today, remainder, pools)
    misses = [miss for pool in pools if (miss := mean(_known(lesson.miss for lesson in pool))) is not None]
    months = len(misses)
    assumed = ASSUMED_ERROR * max(0, ASSUMED_MONTHS - months)
    half = BAND_WIDTH * max(0.0, size) * (fsum(misses) + assumed) / max(months, ASSUMED_MONTHS)
    return {
        "projected_total": projected,
        "projected_low": max(today.actual, projected - half),
        "projected_high": max(today.actual, projected + half),
        "hit_probability": chance(today.actual, projected, half, target) if target else None,
        "months_compared": months,
    }


def chance(actual: float, projected: float, half: float, target: float) -> float:
    """Step 7."""
    if at_least(actual, target):
        return LARGEST_CHANCE
    if half <= TOLERANCE:
        return LARGEST_CHANCE if at_least(projected, target) else SMALLEST_CHANCE
    distance = (target - projected) / half
    return min(LARGEST_CHANCE, max(SMALLEST_CHANCE, 1 / (1 + 9 ** min(distance, 99.0))))


def _projected(today: Expectation, remainder: float, pools: Sequence[Sequence[Lesson]]) -> float:
    """The projected total, the end of step 5."""
    return today.actual + max(0.0, remainder + today.size(remainder) * shift_of(pools))


def lesson_of(today: Expectation, total: float, pools: Sequence[Sequence[Lesson]]) -> Lesson:
    """What the day shows, now that the month's total is known."""
    lesson = Lesson()
    prior = today.prior_weight
    scale = today.size(today.remainder(prior))
    if scale > 0:
        lesson.surplus = _clip(today.ahead * today.surplus / scale, 1.0)
        came = _clip((total - today.actual - today.ahead) / scale, 1.0)
        lesson.error = came - prior * lesson.surplus
    remainder = today.remainder(weight_of(today, pools))
    size = today.size(remainder)
    if size > 0:
        lesson.habit = _clip((total - today.actual - remainder) / size, 1.0)
        lesson.miss = min(1.0, abs(total - _projected(today, remainder, pools)) / size)
    return lesson


def _known(numbers: Iterable[float | None]) -> list[float]:
    return [number for number in numbers if number is not None]


def _clip(number: float, largest: float) -> float:
    return min(largest, max(-largest, number))


def _date(row: Row) -> date:
    return cast(date, row["date"])


def _actual(row: Row) -> float:
    return float(cast(float, row["actual"] or 0))
