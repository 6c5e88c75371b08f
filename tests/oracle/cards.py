"""The rate card, the price of each ledger entry, and the weighted close rate (sections 3 and 6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import fsum

from tests.oracle.close_rates import LIFE_TABLE, CloseRate, calibration_leads, closed_in_time
from tests.oracle.dates import DAY, add_months, month_of
from tests.oracle.events import ALL
from tests.oracle.inputs import Inputs, Parameters, SeedRow, day, need, number
from tests.oracle.leads import Lead, World


@dataclass(frozen=True)
class Card:
    """One row of `fct_rate_cards`."""

    period_start: date
    event_type: str
    close_rate: float | None
    average_deal_value: float | None
    rate_source: str
    calibration_method: str

    @property
    def points(self) -> float | None:
        """100 x close rate."""
        return None if self.close_rate is None else 100 * self.close_rate

    @property
    def value(self) -> float | None:
        """Close rate x average deal value, in the reporting currency."""
        if self.close_rate is None or self.average_deal_value is None:
            return None
        return self.close_rate * self.average_deal_value


Cards = Mapping[tuple[date, str], Card]


@dataclass(frozen=True)
class Weighted:
    """One row of `fct_weighted_close_rates`."""

    period_start: date
    segment: str
    leads_in_mix: int
    weighted_close_rate: float | None
    average_deal_value: float | None


@dataclass(frozen=True)
class Booking:
    """What one ledger entry books on its day, at the card of its own month."""

    date: date
    segment: str
    event_type: str
    leads: int
    points: float
    value: float
    feed: str
    unpriced_points: bool
    unpriced_value: bool


def rate_card(world: World, period: date, rates: Iterable[CloseRate], method: str, inputs: Inputs) -> list[Card]:
    """The card of one period: the agreed rate where one is in force, else that of `method`, the one in use."""
    rules = inputs.parameters
    values = deal_values(world, period, method, inputs.qualifying_types, rules)
    cards = []
    for rate in rates:
        if rate.segment != ALL or rate.method != method:
            continue
        agreed = agreed_row(rate.event_type, period, inputs)
        if agreed is None:
            calculated = rate.shrunk_close_rate if rules.shrinkage_leads else rate.close_rate
            cards.append(Card(period, rate.event_type, calculated, values[rate.event_type], method, method))
        else:
            signed = number(agreed, "average_deal_value")
            value = values[rate.event_type] if signed is None else float(signed)
            cards.append(Card(period, rate.event_type, float(need(agreed, "close_rate")), value, "agreed", method))
    return cards


def agreed_row(event_type: str, period: date, inputs: Inputs) -> SeedRow | None:
    """The row both sides signed, in force on the first day of the period; None when there is none."""
    in_force = [
        row
        for row in inputs.seed("agreed_rate_card")
        if need(row, "event_type") == event_type and day(row, "effective_from") <= period
    ]
    return max(in_force, key=lambda row: day(row, "effective_from"), default=None)


def deal_values(
    world: World, period: date, method: str, types: Iterable[str], rules: Parameters
) -> dict[str, float | None]:
    """What a customer of each type brings: the mean of the calibration set's, shrunk toward that of all types."""
    if method == LIFE_TABLE:
        first = period - timedelta(days=rules.life_table_window_days)
        leads = [lead for lead in world.leads if lead.customer_date and first <= lead.customer_date < period]
    else:
        leads = calibration_leads(world.leads, period, method, rules)
    by_type: dict[str, list[Fraction]] = {event_type: [] for event_type in types}
    for lead in leads:
        if closed_in_time(lead, method, rules) and lead.deal_value is not None:
            by_type[lead.event_type].append(lead.deal_value)
    everybody = [value for values in by_type.values() for value in values]
    if not everybody:
        return dict.fromkeys(by_type)
    weight = Fraction(rules.value_shrinkage_customers)
    pull = weight * sum(everybody) / len(everybody)
    return {
        event_type: float((sum(values) + pull) / (len(values) + weight)) if values or weight else None
        for event_type, values in by_type.items()
    }


def weighted_close_rates(
    world: World, period: date, segments: Iterable[str], cards: Cards, rules: Parameters
) -> list[Weighted]:
    """The lead-weighted mean of the card over the mix of the months before the period, for each segment."""
    rows = []
    for segment in segments:
        mix = [cards[period, lead.event_type] for lead in mix_of(world, period, segment, rules)]
        customers = _sum_of_all([card.close_rate for card in mix])
        value = _sum_of_all([card.value for card in mix])
        weighted = None if customers is None else customers / len(mix)
        average = value / customers if customers and value is not None else None
        rows.append(Weighted(period, segment, len(mix), weighted, average))
    return rows


def _sum_of_all(amounts: Sequence[float | None]) -> float | None:
    """The sum; None of nothing, and when one of them is unknown."""
    known = [amount for amount in amounts if amount is not None]
    return fsum(known) if known and len(known) == len(amounts) else None


def mix_of(world: World, period: date, segment: str, rules: Parameters) -> list[Lead]:
    """The leads of the months before a period, each under the type it had on the day the world was cut on."""
    first = add_months(period, -rules.mix_window_months)
    return [lead for lead in world.leads_of(segment) if first <= lead.lead_date <= period - DAY]


def bookings(world: World, cards: Cards) -> list[Booking]:
    """What every ledger entry books: the first one a lead and the card, an upgrade the difference of two cards."""
    booked = []
    for lead in world.leads:
        for entry in lead.entries:
            period = month_of(entry.date)
            reached = cards[period, entry.to_type]
            left = cards[period, entry.from_type] if entry.from_type is not None else None
            points = _delta(reached.points, left.points if left else 0.0)
            value = _delta(reached.value, left.value if left else 0.0)
            booked.append(
                Booking(
                    entry.date,
                    lead.segment,
                    entry.to_type,
                    1 if entry.from_type is None else 0,
                    points or 0.0,
                    value or 0.0,
                    entry.feed,
                    points is None,
                    value is None,
                )
            )
    return booked


def _delta(reached: float | None, left: float | None) -> float | None:
    return None if reached is None or left is None else reached - left
