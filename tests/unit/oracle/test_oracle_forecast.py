"""The independent calculation of the forecast, and of how past forecasts held (section 8)."""

from datetime import date

import pytest

from tests.oracle.cases import Case, row_of, rows_of
from tests.oracle.dates import add_months, days_between
from tests.oracle.figures import quantile
from tests.oracle.forecast import Course, calibration_rows, forecast_backtest_rows, growth_since, past_days
from tests.oracle.inputs import Row, SeedRow

FORECAST = ("projected_total", "projected_low", "projected_high", "hit_probability")


def target(amount: str) -> list[SeedRow]:
    return [{"sla_id": "leads", "period_start": "2026-04-01", "goal_basis": "custom", "amount": amount}]


def months(*early_and_total: tuple[int, int]) -> Case:
    """January, February ...: so many leads on the 2nd, and so many by the end."""
    case = Case(sla_targets=target("30"))
    for month, (early, total) in enumerate(early_and_total, start=1):
        for number in range(total):
            case.lead(f"{month}-{number}", "demo", f"2026-{month:02}-{2 if number < early else 25:02}")
    return case


def forecast(case: Case, day: str, as_of: str) -> tuple[object, ...]:
    row = row_of(case.mart(as_of), "fct_sla_daily_cumulative", sla_id="leads", date=day)
    return tuple(row[name] for name in FORECAST)


def test_the_forecast_applies_the_growth_of_earlier_periods_from_the_same_share() -> None:
    case = months((10, 20), (10, 30), (5, 20), (10, 10))
    expected = (pytest.approx(30), pytest.approx(22), pytest.approx(38), pytest.approx(2.5 / 4))
    assert forecast(case, "2026-04-10", "2026-04-20") == expected
    row = row_of(case.mart("2026-04-10"), "rpt_sla_status", sla_id="leads")
    assert tuple(row[name] for name in FORECAST) == expected


def test_a_day_of_a_period_that_has_ended_keeps_the_forecast_it_had() -> None:
    case = months((10, 20), (10, 30), (5, 20), (10, 10), (7, 70))
    assert forecast(case, "2026-04-10", "2026-05-31") == forecast(case, "2026-04-10", "2026-04-10")


def test_days_to_come_have_no_forecast_and_the_last_day_is_what_came() -> None:
    case = months((10, 20), (10, 30), (5, 20), (10, 10))
    assert forecast(case, "2026-04-21", "2026-04-20") == (None,) * 4
    assert forecast(case, "2026-04-30", "2026-04-30") == (10, 10, 10, 0.5 / 4)


def test_three_periods_with_something_to_compare_are_needed() -> None:
    case = months((10, 20), (0, 30), (5, 20), (10, 10))
    assert forecast(case, "2026-04-10", "2026-04-20") == (None,) * 4
    assert forecast(case, "2026-04-28", "2026-04-28")[0] == 10


def test_without_a_target_there_is_a_projection_but_no_probability() -> None:
    case = months((10, 20), (10, 30), (5, 20), (10, 10))
    case.seeds |= {"sla_targets": target("")}
    assert forecast(case, "2026-04-10", "2026-04-20")[0] == pytest.approx(30)
    assert forecast(case, "2026-04-10", "2026-04-20")[3] is None


def test_what_had_come_is_read_on_the_last_day_that_does_not_exceed_the_share() -> None:
    course = Course([0.1 + 0.2, 0.6, 0.6, 1.0], [1, 2, 3, 4])
    assert [course.at(share) for share in (0.29, 0.3, 0.5, 0.6, 0.99, 1.0)] == [None, 1, 1, 3, 3, 4]


def test_only_the_twelve_periods_before_are_looked_at() -> None:
    period = date(2026, 6, 1)
    courses = {add_months(period, -back): Course([0.5, 1.0], [1, back]) for back in range(14)}
    assert growth_since(0.5, period, courses) == list(range(1, 13))
    assert growth_since(0.4, period, courses) == []


def test_quantiles_are_interpolated() -> None:
    assert [quantile([1, 2, 4], share) for share in (0, 0.1, 0.5, 0.9, 1)] == pytest.approx([1, 1.2, 2, 3.6, 4])
    assert quantile([5], 0.9) == 5


def day(number: int, total: float, **cells: object) -> Row:
    """A day of a period of ten, April 2026, with a forecast; `total` is what had come."""
    row: Row = {"date": date(2026, 4, number), "period_start": date(2026, 4, 1), "elapsed_share": number / 10}
    nothing = dict.fromkeys((*FORECAST, "run_rate_projection", "target"))
    return {**row, "actual_cumulative": total, **nothing, **cells}


def projected(middle: float, low: float, high: float, run_rate: float | None = None) -> dict[str, object]:
    return {
        "projected_total": middle,
        "projected_low": low,
        "projected_high": high,
        "run_rate_projection": run_rate,
    }


def test_a_forecast_is_held_against_what_came() -> None:
    rows = [
        day(1, 5),
        day(3, 10, **projected(120, 100, 130, 50)),
        day(3, 10, **projected(90, 80, 100 - 1e-12)),
        day(4, 10, **projected(100, 101, 130, 100)),
        day(10, 100, **projected(100, 100, 100, 100)),
    ]
    assert forecast_backtest_rows("leads", past_days(rows, date(2026, 4, 10))) == [
        _tenth(3, 2, 1.0, 0.15, 0.5),
        _tenth(4, 1, 0.0, 0.0, 0.0),
        _tenth(9, 1, 1.0, 0.0, 0.0),
    ]
    assert past_days(rows, date(2026, 4, 9)) == []


def test_errors_are_not_known_where_nothing_came_but_the_band_is() -> None:
    rows = [day(3, 2, **projected(4, 0, 6, 7)), day(10, 0)]
    assert forecast_backtest_rows("leads", past_days(rows, date(2026, 4, 10))) == [_tenth(3, 1, 1.0, None, None)]


def _tenth(tenth: int, days: int, held: float, error: float | None, run_rate_error: float | None) -> dict[str, object]:
    return {
        "sla_id": "leads",
        "elapsed_tenth": tenth,
        "days": days,
        "band_hit_rate": held,
        "mean_absolute_error_projection": error if error is None else pytest.approx(error),
        "mean_absolute_error_run_rate": run_rate_error,
    }


def test_probabilities_are_held_against_what_was_reached() -> None:
    cells = projected(1, 1, 1)
    rows = [
        day(1, 5, **cells, hit_probability=0.1, target=100 + 1e-12),
        day(2, 5, **cells, hit_probability=0.19, target=101),
        day(3, 5, **cells, hit_probability=0.2, target=101),
        day(4, 5, **cells, hit_probability=1.0, target=0),
        day(5, 5, **cells),
        day(10, 100),
    ]
    found = calibration_rows("leads", past_days(rows, date(2026, 4, 10)))
    assert [tuple(row.values()) for row in found] == [
        ("leads", 1, 2, pytest.approx(0.145), 0.5),
        ("leads", 2, 1, 0.2, 0.0),
        ("leads", 5, 1, 1.0, 1.0),
    ]


def test_every_day_with_a_forecast_of_an_ended_period_is_counted_once() -> None:
    tables = months((10, 20), (10, 30), (5, 20), (10, 10), (3, 9)).mart("2026-05-30")
    april = list(days_between(date(2026, 4, 1), date(2026, 4, 30)))
    known = [
        row
        for row in rows_of(tables, "fct_sla_daily_cumulative", sla_id="leads")
        if row["date"] in april and row["projected_total"] is not None
    ]
    # 2 April is 2/30 of the month and 2 February 2/28: that day's share was not reached there with a lead.
    counted = rows_of(tables, "rpt_forecast_backtest", sla_id="leads")
    assert sum(int(str(row["days"])) for row in counted) == len(known) == 28
    assert sum(int(str(row["days"])) for row in rows_of(tables, "rpt_forecast_calibration", sla_id="leads")) == 28
