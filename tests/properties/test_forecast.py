"""Forecasts of random daily series: the models agree with the independent calculation, and never look ahead.

A batch of series is forecast in one build, each as an SLA of its own, with the days and goals put into the warehouse
where the models of the forecast read them. Every series has a twin that goes on differently after some day.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.oracle.compare import same
from tests.oracle.dates import add_months, days_between, last_of_month, month_of
from tests.oracle.forecast import FORECAST, with_forecasts
from tests.oracle.inputs import Row
from tests.support.harness import Company
from tests.support.random_cases import try_cases

FIRST_MONTH, AS_OF = date(2020, 1, 1), date(2024, 12, 17)
MONTHS = 60
MODELS = (
    "int_sla_daily_rates int_sla_month_seasons int_sla_expectations int_sla_surplus_weights int_sla_projections "
    "int_sla_forecasts"
)
TABLES = {
    "marts.dim_dates": "date date, day_of_period integer, iso_weekday integer, is_weekend boolean",
    "intermediate.int_sla_progress": (
        "sla_id varchar, date date, period_start date, is_business_day boolean, actual double, actual_cumulative double"
    ),
    "marts.fct_sla_goals": "sla_id varchar, period_start date, target double",
}


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
    found = forecasts_of_models(company, originals | twins)
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


def forecasts_of_models(company: Company, series: dict[str, list[Row]]) -> dict[str, dict[date, Row]]:
    """The forecasts of every series by day, from the models."""
    fill_table(company, "marts.dim_dates", (_date_row(row["date"]) for row in next(iter(series.values()))))
    fill_table(
        company,
        "intermediate.int_sla_progress",
        ({**row, "sla_id": sla_id} for sla_id, rows in series.items() for row in with_sums(rows)),
    )
    fill_table(
        company,
        "marts.fct_sla_goals",
        ({**row, "sla_id": sla_id} for sla_id, rows in series.items() for row in rows if row["date"].day == 1),
    )
    company.build(AS_OF, select=MODELS)
    found: dict[str, dict[date, Row]] = {sla_id: {} for sla_id in series}
    for row in company.query(f"select sla_id, date, {', '.join(FORECAST)} from intermediate.int_sla_forecasts"):
        found[row["sla_id"]][row["date"]] = row
    return found


def with_sums(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows with the sum since the first of the month."""
    total: Any = 0
    for row in rows:
        if row["date"] == row["period_start"]:
            total = 0
        total = None if row["actual"] is None else total + row["actual"]
        yield {**row, "actual_cumulative": total}


def fill_table(company: Company, table: str, rows: Iterator[Row]) -> None:
    """Make a table with these rows; of a row, only the table's columns."""
    names = [column.split()[0] for column in TABLES[table].split(", ")]
    path = company.settings.home / "rows.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    schema = table.partition(".")[0]
    with company.warehouse() as connection:
        connection.execute(f"create schema if not exists {schema}")
        connection.execute(f"create table {table} ({TABLES[table]})")
        connection.execute(f"copy {table} from '{path}' (header, nullstr '')")


def _date_row(day: Any) -> Row:
    return {"date": day, "day_of_period": day.day, "iso_weekday": day.isoweekday(), "is_weekend": day.isoweekday() > 5}
