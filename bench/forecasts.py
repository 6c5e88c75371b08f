"""How good the forecasts are: for three sample companies, and for random series, most of them of difficult kinds.

    .venv/bin/python -m bench.forecasts

writes the tables between the two marks of `docs/metrics.md`. The companies have other seeds and sizes than the demo's.
The series are 12 of each kind over 36 months, with random counts around 20 a business day; their target is
the mean of the three months before.
"""

import math
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

import numpy as np

from lead_sla.sample.company import write_company
from tests.oracle.dates import add_months, days_between, month_of
from tests.oracle.forecast_backtest import PastDay, past_days
from tests.oracle.inputs import Row
from tests.support.forecast_series import forecasts_of_models
from tests.support.harness import Company

PAGE = Path(__file__).parent.parent / "docs" / "metrics.md"
BEGIN, END = "<!-- begin: bench.forecasts -->\n", "<!-- end: bench.forecasts -->\n"
UNTIL = date(2026, 10, 31)
COMPANIES = ((11, 0.3), (23, 1.0), (42, 4.0))  # seed, scale
FIRST_DAY = date(2023, 11, 1)
SERIES = 12
LEVEL = 20
SATURDAY = 6
RUSH_BEGINS = 21
KINDS: Mapping[str, Callable[[date, int], float]] = {
    "steady": lambda _day, _number: 1,
    "one month in three with a rush at its end": lambda day, _: (
        3 if day.month % 3 == 0 and day.day >= RUSH_BEGINS else 1
    ),
    "a cycle of ten weeks": lambda _, number: 1 + 0.5 * math.sin(2 * math.pi * number / 70),
    "10 % more each month": lambda _, number: 1.1 ** (number / 30.4) / 5,
    "8 leads a month": lambda _day, _number: 8 / 21 / LEVEL,
}
BACKTEST = """
select elapsed_tenth, sum(days) as days, sum(days * band_hit_rate) as held,
    sum(days * mean_absolute_error_projection) as error, sum(days * mean_absolute_error_run_rate) as run_rate_error
from marts.rpt_forecast_backtest
group by elapsed_tenth
order by elapsed_tenth
"""
CALIBRATION = """
select probability_bin, sum(days) as days, sum(days * predicted_rate) as given, sum(days * realized_rate) as reached
from marts.rpt_forecast_calibration
group by probability_bin
order by probability_bin
"""

Figures = list[dict[str, float]]


def measure_company(seed: int, scale: float) -> tuple[Figures, Figures]:
    """The sums behind the backtest by tenth, and behind the calibration by fifth, of all SLAs of a sample company."""
    with tempfile.TemporaryDirectory(prefix="lead-sla-forecasts-") as folder:
        company = Company(Path(folder))
        shutil.rmtree(company.settings.seeds)
        company.settings.feeds.unlink()
        write_company(Path(folder), UNTIL, seed=seed, scale=scale)
        company.refresh(UNTIL, select="+rpt_forecast_backtest +rpt_forecast_calibration")
        return company.query(BACKTEST), company.query(CALIBRATION)


def describe_companies(measured: list[tuple[Figures, Figures]]) -> Iterable[str]:
    """Both tables, as lines of Markdown."""
    backtests = [backtest for backtest, _ in measured]
    sizes = [f"{scale:g}" for _, scale in COMPANIES]
    heads = [f"error, size {size} (run rate)" for size in sizes] + [f"band, size {size}" for size in sizes]
    yield f"| elapsed | {' | '.join(heads)} | band, all |"
    yield "| --- " * (len(heads) + 2) + "|"
    for tenths in zip(*backtests, strict=True):
        errors = [f"{_share(row, 'error')} ({_share(row, 'run_rate_error')})" for row in tenths]
        bands = [_share(row, "held") for row in tenths]
        yield f"| 0.{tenths[0]['elapsed_tenth']} | {' | '.join(errors + bands)} | {_share(_add(tenths), 'held')} |"
    yield ""
    yield "| `hit_probability` | days | mean predicted probability | target reached |"
    yield "| --- | --- | --- | --- |"
    for fifths in zip(*(calibration for _, calibration in measured), strict=True):
        total, low = _add(fifths), (fifths[0]["probability_bin"] - 1) / 5
        chances = f"{total['given'] / total['days']:.2f} | {total['reached'] / total['days']:.2f}"
        yield f"| {low:.1f} to {low + 0.2:.1f} | {total['days']:,.0f} | {chances} |"


def measure_kinds() -> Mapping[str, list[PastDay]]:
    """The past days of each kind of series, with their forecasts."""
    dice = np.random.default_rng(1)
    series = {f"{kind}-{number}": make_series(kind, dice) for kind in KINDS for number in range(SERIES)}
    with tempfile.TemporaryDirectory(prefix="lead-sla-forecasts-") as folder:
        found = forecasts_of_models(Company(Path(folder)), series, UNTIL)
    days: dict[str, list[PastDay]] = {kind: [] for kind in KINDS}
    for sla_id, rows in series.items():
        nothing = dict.fromkeys(next(iter(found[sla_id].values())))
        known = [{**found[sla_id].get(row["date"], nothing), **row} for row in rows]  # type: ignore[call-overload]
        days[sla_id.rpartition("-")[0]] += past_days(known, UNTIL)
    return days


def make_series(kind: str, dice: np.random.Generator) -> list[Row]:
    """The days of one series, with what the run rate projects."""
    rows: list[Row] = []
    totals: dict[date, float] = {}
    for number, day in enumerate(days_between(FIRST_DAY, UNTIL)):
        period, is_business_day = month_of(day), day.isoweekday() < SATURDAY
        actual = float(dice.poisson(LEVEL * KINDS[kind](day, number))) if is_business_day else 0.0
        totals[period] = totals.get(period, 0.0) + actual
        before = [totals.get(add_months(period, -back)) for back in (1, 2, 3)]
        known = [total for total in before if total is not None]
        days = [each.isoweekday() < SATURDAY for each in days_between(period, add_months(period, 1))][:-1]
        share = sum(days[: day.day]) / sum(days)
        rows.append(
            {
                "date": day,
                "period_start": period,
                "is_business_day": is_business_day,
                "elapsed_share": share,
                "actual": actual,
                "actual_cumulative": totals[period],
                "run_rate_projection": totals[period] / share if share else None,
                "target": sum(known) / len(known) if len(known) == len(before) else None,
            }
        )
    return rows


def describe_kinds(measured: Mapping[str, list[PastDay]]) -> Iterable[str]:
    """The table of the series, as lines of Markdown."""
    yield (
        "| series | error (run rate) | band, first half of the month | band, second half | chances of 0.2 to 0.8: "
        "predicted, reached |"
    )
    yield "| --- | --- | --- | --- | --- |"
    for kind, days in measured.items():
        errors = [_mean(day.error(column) for day in days) for column in ("projected_total", "run_rate_projection")]
        halves = [[day.held for day in days if (day.tenth < 5) is is_first] for is_first in (True, False)]  # noqa: PLR2004
        bands = [f"{100 * _mean(map(float, half)):.0f} %" for half in halves]
        chances = [day for day in days if day.row["hit_probability"] is not None and 1 < day.bin < 5]  # noqa: PLR2004
        given, reached = (
            _mean(float(day.row["hit_probability"]) for day in chances),  # type: ignore[arg-type]
            _mean(float(day.reached) for day in chances),
        )
        yield (
            f"| {kind} | {100 * errors[0]:.1f} % ({100 * errors[1]:.1f} %) | {bands[0]} | {bands[1]} | "
            f"{given:.2f}, {reached:.2f} |"
        )


def _add(rows: Iterable[dict[str, float]]) -> dict[str, float]:
    total: dict[str, float] = {}
    for row in rows:
        for name, value in row.items():
            total[name] = total.get(name, 0) + float(value)
    return total


def _share(row: dict[str, float], name: str) -> str:
    return f"{100 * float(row[name]) / float(row['days']):.1f} %"


def _mean(numbers: Iterable[float | None]) -> float:
    known = [number for number in numbers if number is not None]
    return sum(known) / len(known)


def main() -> None:
    """Measure, and replace the tables of the page."""
    companies = describe_companies([measure_company(seed, scale) for seed, scale in COMPANIES])
    text = "\n".join([*companies, "", *describe_kinds(measure_kinds())])
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
