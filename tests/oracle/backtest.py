"""What each method of section 5 would have predicted, what came, and the choice that follows from it (section 6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import fsum

from tests.oracle.close_rates import CloseRate
from tests.oracle.dates import DAY, last_of_month, month_of
from tests.oracle.events import ALL
from tests.oracle.figures import TOLERANCE
from tests.oracle.inputs import Parameters
from tests.oracle.leads import Lead, World

AUTO, STAND_IN, LAST_STAND_IN = "auto", "kaplan_meier", "observed"
PREFERENCE = ("kaplan_meier", "life_table", "matured", "observed")
MONTHS_LOOKED_AT = 6

Rates = Mapping[tuple[date, str, str], float | None]


@dataclass(frozen=True)
class Backtest:
    """One row of `rpt_close_rate_backtest`."""

    period_start: date
    method: str
    leads: int
    predicted_customers: float | None
    actual_customers: int

    @property
    def error_rate(self) -> float | None:
        """(predicted - actual) / actual; None without a prediction or when nobody came."""
        if self.predicted_customers is None or not self.actual_customers:
            return None
        return (self.predicted_customers - self.actual_customers) / self.actual_customers


def shrunk_rates(rates: Iterable[CloseRate]) -> Rates:
    """The shrunk rates of segment `all` by period, type and method."""
    return {
        (rate.period_start, rate.event_type, rate.method): rate.shrunk_close_rate
        for rate in rates
        if rate.segment == ALL
    }


def backtests(world: World, periods: Iterable[date], rates: Rates, rules: Parameters) -> list[Backtest]:
    """Four rows for every period that had matured on the day the world was cut on.

    Args:
        world: who came, as known on its cut.
        periods: the months to look at; those that have not matured are passed over.
        rates: the shrunk rates, each as known when its period began.
        rules: the maturity days.
    """
    cohorts: dict[date, list[Lead]] = {}
    for lead in world.leads:
        cohorts.setdefault(month_of(lead.lead_date), []).append(lead)
    rows = []
    for period in periods:
        if last_of_month(period) + timedelta(days=rules.maturity_days) > world.cut:
            continue
        leads = cohorts.get(period, [])
        types = [type_when_decided(lead, rules) for lead in leads]
        came = sum(lead.days_to_close is not None and lead.days_to_close <= rules.maturity_days for lead in leads)
        for method in PREFERENCE:
            needed = [rates[period, event_type, method] for event_type in types]
            known = [rate for rate in needed if rate is not None]
            predicted = fsum(known) if len(known) == len(needed) else None
            rows.append(Backtest(period, method, len(leads), predicted, came))
    return rows


def type_when_decided(lead: Lead, rules: Parameters) -> str:
    """The type a lead had when its maturity days were over, or when it became a customer if that came first."""
    decided = lead.lead_date + timedelta(days=rules.maturity_days)
    return [entry for entry in lead.entries if entry.date <= decided][-1].to_type


def chosen_method(world: World, period: date, rates: Rates, rules: Parameters) -> str:
    """The method that `auto` takes for a period: the one that has predicted best of late, else the fallback.

    Raises:
        ValueError: the world knows of more than the day before the period.
    """
    if world.cut != period - DAY:
        raise ValueError(f"the choice for {period} needs the world of the day before, not of {world.cut}")
    months = sorted({month for month, _, _ in rates if month < period})
    rows = [row for row in backtests(world, months, rates, rules) if row.actual_customers]
    looked_at = sorted({row.period_start for row in rows})[-MONTHS_LOOKED_AT:]
    misses = {}
    for method in PREFERENCE:
        miss = _miss([row for row in rows if row.method == method and row.period_start in looked_at])
        if miss is not None:
            misses[method] = miss
    if not looked_at or not misses:
        return STAND_IN
    best = min(misses.values())
    return next(method for method in PREFERENCE if method in misses and misses[method] <= best + TOLERANCE)


def _miss(rows: Sequence[Backtest]) -> float | None:
    """How many customers the predictions were off by, in all; None when one prediction is missing."""
    known = [row.predicted_customers for row in rows if row.predicted_customers is not None]
    if len(known) < len(rows):
        return None
    return fsum(abs(predicted - row.actual_customers) for predicted, row in zip(known, rows, strict=True))


def method_in_use(overall: Sequence[CloseRate], wanted: str) -> str:
    """The wanted method; while it has no rate for any type, Kaplan-Meier; and while that has none either, observed."""
    known = {rate.method for rate in overall if rate.shrunk_close_rate is not None}
    return next((method for method in (wanted, STAND_IN) if method in known), LAST_STAND_IN)
