"""Forecasts of random daily series: the models agree with the independent calculation, and never look ahead.

A batch of series is forecast in one build, each as an SLA of its own, with the days and goals put into the warehouse
where the models of the forecast read them. Every series has a twin that goes on differently after some day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.oracle.compare import same
from tests.oracle.dates import add_months, days_between, last_of_month, month_of
from tests.oracle.forecast import FORECAST, with_forecasts
from tests.oracle.inputs import Row
from tests.support.forecast_series import forecasts_of_models
from tests.support.harness import Company
from tests.support.random_cases import try_cases

FIRST_MONTH, AS_OF = date(2020, 1, 1), date(2024, 12, 17)
MONTHS = 60


@dataclass(frozen=True)
class Series:
    """How a random series is made; amounts are quarters, so that their sums are exact."""

    seed: int
    months: int
    level: int
    zeros: float
    negatives: float
    holidays: float
    gap_months: int
    season: float
    changes_after: date = AS_OF
    changed_seed: int = 0

    def rows(self) -> list[Row]:
        """A row for every day of every month, with actuals to the last day that counts."""
        calendar, random = Random(self.seed), Random(self.seed)  # noqa: S311 - a series that repeats
        begins = add_months(month_of(AS_OF), 1 - self.months)
        gap_begins = add_months(begins, calendar.randrange(self.months + 1))
        gap_ends = add_months(gap_begins, self.gap_months)
        rows: list[Row] = []
        for day in days_between(FIRST_MONTH, last_of_month(AS_OF)):
            if day == self.changes_after:
                random = Random(self.changed_seed or self.seed)  # noqa: S311 - a series that repeats
            is_business_day = calendar.random() >= self.holidays and day.isoweekday() < 6
            amount = self._amount(random, day) if is_business_day or random.random() < 0.1 else 0.0
            is_quiet = day < begins or gap_begins <= day < gap_ends
            rows.append(
                {
                    "date": day,
                    "period_start": month_of(day),
                    "is_business_day": is_business_day,
                    "actual": (0.0 if is_quiet else amount) if day <= AS_OF else None,
                    "target": None if day.month == 5 else 25.0 * (day.month % 4) * self.level,
                }
            )
        return rows

    def _amount(self, random: Random, day: date) -> float:
        if random.random() < self.zeros:
            return 0.0
        sign = -1 if random.random() < self.negatives else 1
        season = 1 + self.season * (day.month in (6, 12))
        return sign * round(4 * random.uniform(0, 2) * self.level * season) / 4


SERIES = st.builds(
    Series,
    seed=st.integers(1, 10**6),
    months=st.one_of(st.integers(0, 4), st.integers(0, MONTHS), st.just(MONTHS)),
    level=st.sampled_from([1, 3, 40, 5000]),
    zeros=st.sampled_from([0, 0.1, 0.9]),
    negatives=st.sampled_from([0, 0, 0.05, 0.6]),
    holidays=st.sampled_from([0, 0.03, 0.4]),
    gap_months=st.integers(0, 5),
    season=st.sampled_from([0, 0.8]),
)


@pytest.mark.property
@given(st.lists(st.tuples(SERIES, st.dates(FIRST_MONTH, AS_OF)), min_size=8, max_size=8))
@settings(parent=try_cases(2, 20), phases=[Phase.explicit, Phase.reuse, Phase.generate])  # a build is slow to shrink
def test_the_models_agree_with_the_calculation_and_never_look_ahead(
    tmp_path_factory: pytest.TempPathFactory, batch: list[tuple[Series, date]]
) -> None:
    company = Company(tmp_path_factory.mktemp("series"))
    originals = {f"series-{number}": series.rows() for number, (series, _) in enumerate(batch)}
    twins = {
        f"twin-{number}": replace(series, changes_after=day, changed_seed=series.seed + 1).rows()
        for number, (series, day) in enumerate(batch)
    }
    found = forecasts_of_models(company, originals | twins, AS_OF)
    for sla_id, rows in originals.items():
        assert differences(with_forecasts(rows), found[sla_id]) == []
    for number, (_, day) in enumerate(batch):
        until = {key: row for key, row in found[f"series-{number}"].items() if key < day}
        twin = {key: row for key, row in found[f"twin-{number}"].items() if key < day}
        assert until.keys() == twin.keys()
        assert differences(list(until.values()), twin) == []


def differences(expected: Sequence[Row], found: dict[date, Row]) -> list[str]:
    """The cells of a series that differ, in words."""
    nothing = dict.fromkeys(FORECAST)
    return [
        f"{row['date']}, {name}: expected {row[name]}, actual {actual[name]}"
        for row in expected
        if (actual := found.get(row["date"], nothing))
        for name in FORECAST
        if not same(row[name], actual[name])
    ]
