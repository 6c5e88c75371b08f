"""Where leads come from: `fct_source_close_rates`, one row per period, kind of source and source (section 8)."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from math import fsum

from tests.oracle.cards import Cards
from tests.oracle.close_rates import KAPLAN_MEIER, calibration_leads, rate_of, wilson
from tests.oracle.inputs import Parameters, Row
from tests.oracle.leads import Lead, World

OTHER = "other"
KINDS: Mapping[str, Callable[[Lead], str]] = {
    "channel": lambda lead: lead.channel,
    "landing_page": lambda lead: lead.landing_page,
}


def source_rows(worlds: Mapping[date, World], cards: Cards, rules: Parameters) -> list[Row]:
    """The rows of every period, each from the world of the day before it."""
    rows: list[Row] = []
    for period, world in worlds.items():
        leads = calibration_leads(world.leads, period, KAPLAN_MEIER, rules)
        for kind, source_of in KINDS.items():
            for source, group in _by_source(leads, source_of, rules).items():
                key = {"period_start": period, "source_kind": kind, "source": source}
                rows.append({**key, **_figures(group, period, cards, rules)})
    return rows


def _by_source(leads: Sequence[Lead], source_of: Callable[[Lead], str], rules: Parameters) -> dict[str, list[Lead]]:
    """The leads of each of the largest sources, of two equal ones the first by name; the others together."""
    sizes = Counter(source_of(lead) for lead in leads)
    largest = sorted(sizes, key=lambda source: (-sizes[source], source))[: rules.source_limit]
    groups: dict[str, list[Lead]] = {}
    for lead in leads:
        source = source_of(lead)
        groups.setdefault(source if source in largest else OTHER, []).append(lead)
    return groups


def _figures(group: list[Lead], period: date, cards: Cards, rules: Parameters) -> Row:
    rate = rate_of(group, period, KAPLAN_MEIER, rules)
    low, high = (None, None) if rate is None else wilson(rate, len(group))
    card = [cards[period, lead.event_type] for lead in group]
    customers = [lead for lead in group if lead.customer_date is not None]
    deals = [float(lead.deal_value) for lead in customers if lead.deal_value is not None]
    return {
        "leads": len(group),
        "customers": None if rate is None else rate * len(group),
        "close_rate": rate,
        "close_rate_low": low,
        "close_rate_high": high,
        "points": _sum_of_all(row.points for row in card),
        "value": _sum_of_all(row.value for row in card),
        "won_value": None if customers and not deals else fsum(deals),
    }


def _sum_of_all(amounts: Iterable[float | None]) -> float | None:
    """The sum; None when one of them is unknown."""
    known = list(amounts)
    return None if None in known else fsum(amount for amount in known if amount is not None)
