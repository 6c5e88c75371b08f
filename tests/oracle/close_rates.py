"""Close rates by five methods, their intervals and their shrinkage (section 5)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import fsum, prod, sqrt

from tests.oracle.dates import DAY, add_months
from tests.oracle.inputs import Parameters
from tests.oracle.leads import Lead, World

KAPLAN_MEIER, LIFE_TABLE = "kaplan_meier", "life_table"
METHODS = ("observed", "matured", KAPLAN_MEIER, LIFE_TABLE, "any_touch")
WILSON_Z = 1.959963984540054


@dataclass(frozen=True)
class CloseRate:
    """One row of `fct_close_rates`."""

    period_start: date
    segment: str
    event_type: str
    method: str
    leads: int
    customers: float | None
    close_rate: float | None
    close_rate_low: float | None
    close_rate_high: float | None
    shrunk_close_rate: float | None


def close_rates(
    world: World, period: date, segments: Iterable[str], types: Sequence[str], rules: Parameters
) -> list[CloseRate]:
    """Every segment x method x type of one period; `world` must be cut on the day before the period."""
    rows = []
    for segment in segments:
        leads = world.leads_of(segment)
        for method in METHODS:
            rows += _rates_of_method(leads, period, segment, method, types, rules)
    return rows


def _rates_of_method(
    leads: list[Lead], period: date, segment: str, method: str, types: Sequence[str], rules: Parameters
) -> list[CloseRate]:
    cohort = calibration_leads(leads, period, method, rules)
    members = {event_type: [lead for lead in cohort if _is_of(lead, event_type, method)] for event_type in types}
    if method == LIFE_TABLE:
        of_any_age = {code: [lead for lead in leads if lead.event_type == code] for code in types}
        rates = {code: period_rate(of_any_age[code], period, rules) if members[code] else None for code in types}
    else:
        rates = {code: rate_of(members[code], period, method, rules) for code in types}
    total = sum(len(members[code]) for code in types if rates[code] is not None)
    mean = fsum(len(members[code]) * (rates[code] or 0.0) for code in types) / total if total else None
    rows = []
    for event_type in types:
        count, rate = len(members[event_type]), rates[event_type]
        low, high = (None, None) if rate is None else wilson(rate, count)
        rows.append(
            CloseRate(
                period,
                segment,
                event_type,
                method,
                count,
                (None if count else 0.0) if rate is None else rate * count,
                rate,
                low,
                high,
                shrink(rate, count, mean, rules.shrinkage_leads),
            )
        )
    return rows


def calibration_window(period: date, method: str, rules: Parameters) -> tuple[date, date]:
    """The first and the last lead date that count for a period."""
    if method == LIFE_TABLE:
        return period - timedelta(days=rules.life_table_window_days), period - DAY
    end = period - timedelta(days=rules.maturity_days) if method == "matured" else period
    return add_months(end, -rules.calibration_window_months), end - DAY


def calibration_leads(leads: Iterable[Lead], period: date, method: str, rules: Parameters) -> list[Lead]:
    """The leads whose lead date lies in the method's window."""
    first, last = calibration_window(period, method, rules)
    return [lead for lead in leads if first <= lead.lead_date <= last]


def closed_in_time(lead: Lead, method: str, rules: Parameters) -> bool:
    """Whether a lead counts as a customer: at all, or, but for `observed` and `any_touch`, within the maturity days."""
    if lead.days_to_close is None:
        return False
    return method in {"observed", "any_touch"} or lead.days_to_close <= rules.maturity_days


def _is_of(lead: Lead, event_type: str, method: str) -> bool:
    return event_type in lead.touched if method == "any_touch" else event_type == lead.event_type


def rate_of(group: list[Lead], period: date, method: str, rules: Parameters) -> float | None:
    """The close rate (0 to 1) of a group of leads; None when it is empty, or when nobody can know it yet."""
    if not group:
        return None
    if method == KAPLAN_MEIER:
        ages = [(period - DAY - lead.lead_date).days for lead in group]
        return kaplan_meier(ages, [lead.days_to_close for lead in group], rules.maturity_days, rules.minimum_at_risk)
    return sum(closed_in_time(lead, method, rules) for lead in group) / len(group)


def kaplan_meier(
    ages: list[int], days_to_close: list[int | None], maturity_days: int, minimum_at_risk: int
) -> float | None:
    """The share that closes within `maturity_days`, when many are still too young to tell; None without any step.

    Args:
        ages: days each lead has been followed.
        days_to_close: days each lead took to close, None while it is open (or lost).
        maturity_days: the last lag that is looked at.
        minimum_at_risk: lags at which fewer leads than this are at risk are passed over.
    """
    closes = Counter(closed for closed in days_to_close if closed is not None)
    leaves_after = [age if closed is None else closed for age, closed in zip(ages, days_to_close, strict=True)]
    steps = []
    for lag in range(maturity_days + 1):
        at_risk = sum(last >= lag for last in leaves_after)
        if at_risk > 0 and at_risk >= minimum_at_risk:
            steps.append(1 - closes[lag] / at_risk)
    return 1 - prod(steps) if steps else None


def period_rate(leads: Iterable[Lead], period: date, rules: Parameters) -> float | None:
    """The share that would close within the maturity days if every age closed as it did in the window before `period`.

    None when no age had enough leads at risk.

    Args:
        leads: the leads of one type, of any age, as known on the day before the period.
        period: the first day after the window.
        rules: the length of the window, the maturity days, and how many must be at risk for a lag to count.
    """
    first = period - timedelta(days=rules.life_table_window_days)
    at_risk: Counter[int] = Counter()
    closes: Counter[int] = Counter()
    for lead in leads:
        for lag in range(rules.maturity_days + 1):
            if first <= lead.lead_date + timedelta(days=lag) < period:
                at_risk[lag] += lead.days_to_close is None or lead.days_to_close >= lag
                closes[lag] += lead.days_to_close == lag
    steps = [
        1 - closes[lag] / number for lag, number in at_risk.items() if number > 0 and number >= rules.minimum_at_risk
    ]
    return 1 - prod(steps) if steps else None


def wilson(rate: float, leads: int) -> tuple[float, float]:
    """The Wilson interval, 95 %, of a rate observed on `leads` leads (at least one)."""
    spread = WILSON_Z**2 / leads
    middle = (rate + spread / 2) / (1 + spread)
    half = WILSON_Z * sqrt(rate * (1 - rate) / leads + spread / (4 * leads)) / (1 + spread)
    return middle - half, middle + half


def shrink(rate: float | None, leads: int, mean: float | None, weight: float) -> float | None:
    """Pull a rate toward the common mean, which weighs as much as `weight` leads; without a rate it is the mean."""
    if rate is None or mean is None:
        return mean
    return (leads * rate + weight * mean) / (leads + weight)
