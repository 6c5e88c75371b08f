"""The independent calculation of the forecast, and of how past forecasts compare with what came."""

from collections.abc import Callable
from datetime import date
from typing import cast

import pytest

from tests.oracle.cases import Case, row_of, rows_of
from tests.oracle.dates import days_between, last_of_month, month_of
from tests.oracle.forecast import FORECAST, chance, with_forecasts
from tests.oracle.forecast_backtest import calibration_rows, forecast_backtest_rows, past_days
from tests.oracle.inputs import Row

NOTHING = (None,) * len(FORECAST)


def series(first: str, as_of: str, amount: Callable[[date], float], target: float | None = None) -> list[Row]:
    """The days of an SLA with no holidays, to the end of the last month; `amount` is what a day brings."""
    last = date.fromisoformat(as_of)
    return [
        {
            "date": day,
            "period_start": month_of(day),
            "is_business_day": day.isoweekday() < 6,
            "actual": amount(day) if day <= last else None,
            "target": target,
        }
        for day in days_between(date.fromisoformat(first), last_of_month(last))
    ]


def forecast(rows: list[Row], day: str) -> tuple[object, ...]:
    [row] = [row for row in with_forecasts(rows) if str(row["date"]) == day]
    return tuple(row[name] for name in FORECAST)


def on_business_days(amount: float) -> Callable[[date], float]:
    return lambda day: amount if day.isoweekday() < 6 else 0.0


def test_case_1_of_the_specification_by_hand() -> None:
    rows = series("2025-01-01", "2025-02-14", lambda day: on_business_days(9 + day.month + (day.month == 2))(day), 240)
    remainder = 100 * (1 + 0.2 * 14 / 19)
    half = 1.6 * 0.5**0.5 * (120 + remainder + 200) / 2 * 0.25
    total = 120 + remainder
    expected = (total, total - half, total + half, 1 / (1 + 9 ** ((240 - total) / half)), 0)
    assert forecast(rows, "2025-02-14") == pytest.approx(expected)


def test_a_series_that_repeats_itself_has_a_band_of_no_width_in_the_end() -> None:
    rows = series("2024-01-01", "2025-06-12", on_business_days(10), 210)
    assert forecast(rows, "2025-06-12") == pytest.approx((210, 210, 210, 0.99, 12))
    assert forecast([{**row, "target": 211} for row in rows], "2025-06-12")[3] == 0.01


def test_the_first_month_a_short_history_and_a_quiet_one_have_no_forecast() -> None:
    rows = series("2025-01-01", "2025-05-15", lambda day: float(date(2025, 1, 19) <= day < date(2025, 2, 10)))
    assert forecast(rows, "2025-01-31") == NOTHING, "the first month"
    assert forecast(rows, "2025-02-01") == NOTHING, "13 days of history"
    assert forecast(rows, "2025-03-01") != NOTHING
    assert forecast(rows, "2025-04-01") == NOTHING, "nothing in the 42 days before"
    assert forecast(series("2025-01-01", "2025-02-28", lambda day: float(day.day == 18)), "2025-02-28") != NOTHING


def test_the_last_day_and_days_after_which_nothing_is_expected_are_what_came() -> None:
    rows = series("2025-01-01", "2025-05-31", on_business_days(10), 230)
    assert forecast(rows, "2025-05-30")[:4] == (220, 220, 220, 0.01), "a Saturday is all that follows"
    assert forecast(rows, "2025-05-31")[:4] == (220, 220, 220, 0.01)


def test_a_day_keeps_the_forecast_it_had() -> None:
    def amount(day: date) -> float:
        return (7 * day.toordinal()) % 11

    whole = with_forecasts(series("2024-01-01", "2025-12-31", amount, 150))
    for as_of in ("2024-03-01", "2024-12-24", "2025-06-15", "2025-12-30"):
        then = with_forecasts(series("2024-01-01", as_of, amount, 150))
        until = [row for row in whole if str(row["date"]) <= as_of]
        assert [tuple(row[name] for name in FORECAST) for row in then[: len(until)]] == [
            tuple(row[name] for name in FORECAST) for row in until
        ]


def test_a_chance_lies_between_1_and_99_percent() -> None:
    assert chance(10, 20, 4, 10 + 1e-10) == 0.99
    assert [chance(10, 20, 4, target) for target in (10.5, 16, 20, 24, 1e6)] == pytest.approx(
        [0.99, 0.9, 0.5, 0.1, 0.01]
    )
    assert [chance(10, 20, 0, target) for target in (20, 20.1)] == [0.99, 0.01]


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
        _tenth(3, 2, 1.0, 0.25, 0.15, 0.5),
        _tenth(4, 1, 0.0, 0.39, 0.0, 0.0),
    ]
    assert past_days(rows, date(2026, 4, 9)) == []


def test_errors_are_not_known_where_nothing_came_but_the_band_is() -> None:
    rows = [day(3, 2, **projected(4, 0, 6, 7)), day(10, 0)]
    assert forecast_backtest_rows("leads", past_days(rows, date(2026, 4, 10))) == [_tenth(3, 1, 1.0, None, None, None)]


def _tenth(
    tenth: int, days: int, held: float, score: float | None, error: float | None, run_rate_error: float | None
) -> dict[str, object]:
    return {
        "sla_id": "leads",
        "elapsed_tenth": tenth,
        "days": days,
        "band_hit_rate": held,
        "mean_interval_score": score if score is None else pytest.approx(score),
        "mean_absolute_error_projection": error if error is None else pytest.approx(error),
        "mean_absolute_error_run_rate": run_rate_error,
    }


def test_probabilities_are_held_against_what_was_reached() -> None:
    cells = projected(1, 1, 1)
    rows = [
        day(1, 5, **cells, hit_probability=0.1, target=100 + 1e-12),
        day(2, 5, **cells, hit_probability=0.19, target=101),
        day(3, 5, **cells, hit_probability=0.2, target=101),
        day(4, 5, **cells, hit_probability=1.0, target=1),
        day(5, 5, **cells),
        day(10, 100),
    ]
    found = calibration_rows("leads", past_days(rows, date(2026, 4, 10)))
    assert [tuple(row.values()) for row in found] == [
        ("leads", 1, 2, pytest.approx(0.145), 0.5),
        ("leads", 2, 1, 0.2, 0.0),
        ("leads", 5, 1, 1.0, 1.0),
    ]


def test_every_day_with_a_forecast_of_an_ended_period_but_its_last_is_counted_once() -> None:
    case = Case(sla_targets=[{"sla_id": "leads", "period_start": "2026-03-01", "goal_basis": "custom", "amount": "30"}])
    for number, when in enumerate(days_between(date(2026, 1, 5), date(2026, 4, 10))):
        case.lead(f"lead-{number}", "demo", str(when))
    tables = case.mart("2026-04-10")
    known = [
        row
        for row in rows_of(tables, "fct_sla_daily_cumulative", sla_id="leads")
        if row["projected_total"] is not None
        and cast(date, row["date"]) < date(2026, 3, 31)
        and str(row["date"]) != "2026-02-28"
    ]
    counted = rows_of(tables, "rpt_forecast_backtest", sla_id="leads")
    assert sum(int(str(row["days"])) for row in counted) == len(known) == 27 + 30
    calibrated = rows_of(tables, "rpt_forecast_calibration", sla_id="leads")
    assert sum(int(str(row["days"])) for row in calibrated) == 30
    today = row_of(tables, "rpt_sla_status", sla_id="leads")
    assert today["projected_total"] == pytest.approx(30)
    assert today["months_compared"] == 2
