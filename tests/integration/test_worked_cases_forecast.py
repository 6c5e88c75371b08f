"""The worked cases of the forecast, through the real models, to six digits."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from tests.support.cases import leads, sla, target
from tests.support.harness import Company

SATURDAY = 6
JANUARY, FEBRUARY, MARCH, JUNE, DECEMBER = 1, 2, 3, 6, 12
EARLIER, LATER = "2025-03-14", "2025-06-12"
COLUMNS = ("projected_total", "projected_low", "projected_high", "hit_probability", "months_compared")


def business_days(first: date, last: date) -> Iterator[date]:
    days = (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))
    return (day for day in days if day.isoweekday() < SATURDAY)


def steady(day: date) -> int:
    """Cases 1 and 2: 10 leads each business day of January, 12 in February, 11 in March."""
    return {JANUARY: 10, FEBRUARY: 12, MARCH: 11}[day.month]


def silent(day: date) -> int:
    """Case 3: nothing since the end of January."""
    return 10 if day.month == JANUARY else 0


def seasonal(day: date) -> int:
    """Cases 4 and 5: months of different levels, and 4 leads a day more in every June and December."""
    month = 12 * (day.year - 2023) + day.month
    return 10 + 7 * month % 5 + (4 if day.month in (JUNE, DECEMBER) else 0)


Forecasts = dict[tuple[str, date], tuple[Any, ...]]


@pytest.fixture(scope="module")
def forecasts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Forecasts]:
    """The forecasts of three SLAs on a segment each, by SLA and day, as of two days.

    The SLA with the longest history makes the months that all of them have.
    """
    company = Company(tmp_path_factory.mktemp("forecast"))
    series: dict[str, tuple[date, date, Callable[[date], int]]] = {
        "steady": (date(2025, 1, 1), date(2025, 3, 31), steady),
        "silent": (date(2025, 1, 1), date(2025, 3, 31), silent),
        "seasonal": (date(2023, 1, 1), date(2025, 6, 12), seasonal),
    }
    company.seed("sla_definitions", [sla(name, segment=name, pacing="business_days") for name in series])
    months = [("steady", "2025-02-01", 240), ("steady", "2025-03-01", 240), ("silent", "2025-02-01", 240)]
    company.seed("sla_targets", [target(*month) for month in (*months, ("seasonal", "2025-06-01", 295))])
    company.drop_file(
        "lead_events",
        [
            event
            for name, (first, last, count) in series.items()
            for day in business_days(first, last)
            for event in leads(count(day), "demo", day, f"{name}-{day}", segment=name)
        ],
    )
    company.land()
    return {as_of: forecasts_as_of(company, as_of) for as_of in (EARLIER, LATER)}


def forecasts_as_of(company: Company, as_of: str) -> Forecasts:
    company.build(as_of, select="+fct_sla_daily_cumulative")
    rows = company.query(f"select sla_id, date, {', '.join(COLUMNS)} from marts.fct_sla_daily_cumulative")
    return {(row["sla_id"], row["date"]): tuple(row[name] for name in COLUMNS) for row in rows}


@pytest.mark.parametrize(
    ("sla_id", "day", "expected"),
    [
        pytest.param("steady", "2025-02-14", (234.736842, 173.255768, 296.217916, 0.453114, 0), id="case 1"),
        pytest.param("steady", "2025-03-14", (231.389363, 181.421034, 281.357693, 0.406457, 1), id="case 2"),
        pytest.param("silent", "2025-02-05", (92.391304, 38.477012, 146.305597, 0.01, 0), id="case 3"),
        pytest.param("seasonal", "2025-06-12", (293.653264, 291.016879, 296.289648, 0.245566, 12), id="case 4"),
        pytest.param("seasonal", "2025-06-02", (287.264632, 262.333149, 312.196116, 0.335877, 11), id="case 5"),
    ],
)
def test_the_worked_cases_of_the_forecast(
    forecasts: dict[str, Forecasts], sla_id: str, day: str, expected: tuple[Any, ...]
) -> None:
    assert forecasts[LATER][sla_id, date.fromisoformat(day)] == pytest.approx(expected, abs=5e-7)


def test_what_happens_after_a_day_changes_no_forecast_of_that_day(forecasts: dict[str, Forecasts]) -> None:
    known = {key: row for key, row in forecasts[EARLIER].items() if key[1] <= date.fromisoformat(EARLIER)}
    assert len(known) > 800
    assert {key: forecasts[LATER][key] for key in known} == {
        key: pytest.approx(row, abs=1e-9) if row[0] is not None else row for key, row in known.items()
    }
