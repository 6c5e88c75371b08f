"""Deals and their worth, as known on a day (section 4)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from tests.oracle.events import DealEvent
from tests.oracle.inputs import Inputs, day, need
from tests.oracle.merges import Identities


@dataclass(frozen=True)
class Deal:
    """A deal as its events up to a day tell it; `won_at`, `won_date` and `value` are None unless it is won.

    `opened_date` is the day of its first event, `stage` that of its last one, `priced` the last one with an amount.
    """

    deal_id: str
    lead_id: str | None
    latest_feed: str
    opened_date: date
    stage: str
    priced: DealEvent | None
    won_at: datetime | None
    won_date: date | None
    value: Fraction | None


def deals_as_of(
    events: Iterable[DealEvent], inputs: Inputs, cut: date, merged_deals: Identities, persons: Identities
) -> list[Deal]:
    """Every deal that had an event by `cut`, rebuilt from the events dated `cut` or earlier."""
    stages = inputs.deal_stages
    outcomes = {code: need(row, "outcome") for code, row in stages.items()}
    ranks = {code: int(need(row, "stage_rank")) for code, row in stages.items()}
    by_deal: dict[str, list[DealEvent]] = defaultdict(list)
    for event in events:
        if event.date <= cut:
            by_deal[merged_deals.get(event.deal_id, event.deal_id)].append(event)
    deals = []
    for deal_id, deal_events in by_deal.items():
        deal_events.sort(key=lambda event: (event.occurred_at, ranks[event.stage], event.event_id, event.feed_order))
        deals.append(_deal(deal_id, deal_events, outcomes, persons, inputs))
    return deals


def _deal(deal_id: str, events: list[DealEvent], outcomes: dict[str, str], persons: Identities, inputs: Inputs) -> Deal:
    """Walk the ordered events of one deal."""
    lead_id: str | None = None
    priced: DealEvent | None = None
    won: DealEvent | None = None
    for event in events:
        lead_id = event.lead_id if event.lead_id is not None else lead_id
        priced = event if event.amount is not None else priced
        won = (won or event) if outcomes[event.stage] == "won" else None
    return Deal(
        deal_id,
        None if lead_id is None else persons.get(lead_id, lead_id),
        events[-1].feed,
        min(event.date for event in events),
        events[-1].stage,
        priced,
        won.occurred_at if won else None,
        won.date if won else None,
        worth(priced, won.date, inputs) if won and priced else None,
    )


def worth(priced: DealEvent, on: date, inputs: Inputs) -> Fraction | None:
    """The amount in the reporting currency, by the rate in force on a day; None before the first rate."""
    rate = exchange_rate(priced.currency, on, inputs)
    return None if rate is None or priced.amount is None else Fraction(priced.amount) * rate


def exchange_rate(currency: str, on: date, inputs: Inputs) -> Fraction | None:
    """What one unit of `currency` is worth in the reporting currency on a day; None before the first rate."""
    if currency == inputs.parameters.reporting_currency:
        return Fraction(1)
    in_force = [
        (day(row, "effective_from"), Fraction(need(row, "rate")))
        for row in inputs.seed("exchange_rates")
        if need(row, "currency") == currency and day(row, "effective_from") <= on
    ]
    return max(in_force)[1] if in_force else None
