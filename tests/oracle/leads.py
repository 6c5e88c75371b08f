"""Leads, the credit ledger and customers, as known on a day (sections 3 and 4)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.oracle.deals import Deal, deals_as_of
from tests.oracle.events import ALL, LeadEvent, Staged
from tests.oracle.inputs import Inputs, need
from tests.oracle.merges import Identities, identities_on


@dataclass(frozen=True)
class Entry:
    """An entry of the credit ledger; `from_type` is None for a lead's first."""

    date: date
    from_type: str | None
    to_type: str
    feed: str


@dataclass(frozen=True)
class Lead:
    """A lead as known on a day."""

    lead_id: str
    segment: str
    lead_date: date
    entries: tuple[Entry, ...]
    touched: frozenset[str]
    channel: str
    landing_page: str
    customer_date: date | None
    credited_deal: str | None
    deal_value: Fraction | None

    @property
    def event_type(self) -> str:
        """The one type the lead is of: that of its last ledger entry."""
        return self.entries[-1].to_type

    @property
    def days_to_close(self) -> int | None:
        """Days from the first qualifying event to the won deal; None while the lead is not a customer."""
        return None if self.customer_date is None else (self.customer_date - self.lead_date).days


@dataclass(frozen=True)
class World:
    """What was known on the day `cut`: leads and deals, rebuilt from the events dated `cut` or earlier."""

    cut: date
    leads: Sequence[Lead]
    deals: Sequence[Deal]

    def leads_of(self, segment: str) -> list[Lead]:
        """The leads of one segment, or all of them."""
        return [lead for lead in self.leads if segment in (ALL, lead.segment)]


def world_as_of(staged: Staged, inputs: Inputs, cut: date) -> World:
    """Rebuild leads and deals from the accepted events and merges whose local date is `cut` or earlier."""
    persons = identities_on(staged.merges, "lead", cut)
    deals = deals_as_of(staged.deals, inputs, cut, identities_on(staged.merges, "deal", cut), persons)
    won_by_lead: dict[str, list[Deal]] = defaultdict(list)
    for deal in deals:
        if deal.won_date is not None and deal.lead_id is not None:
            won_by_lead[deal.lead_id].append(deal)
    events_by_lead = _qualifying_events(staged.leads, inputs, cut, persons)
    ranks = _ranks(inputs)
    leads = [_lead(lead_id, events, won_by_lead[lead_id], ranks) for lead_id, events in events_by_lead.items()]
    return World(cut, leads, deals)


def _ranks(inputs: Inputs) -> dict[str, int]:
    return {code: int(need(inputs.event_types[code], "funnel_rank")) for code in inputs.qualifying_types}


def _qualifying_events(
    events: Iterable[LeadEvent], inputs: Inputs, cut: date, persons: Identities
) -> dict[str, list[LeadEvent]]:
    """The qualifying events of each person, in the order in which they are walked."""
    ranks = _ranks(inputs)
    by_lead: dict[str, list[LeadEvent]] = defaultdict(list)
    for event in events:
        if event.date <= cut and event.event_type in ranks:
            by_lead[persons.get(event.lead_id, event.lead_id)].append(event)
    for lead_events in by_lead.values():
        lead_events.sort(
            key=lambda event: (event.occurred_at, -ranks[event.event_type], event.event_id, event.feed_order)
        )
    return by_lead


def _lead(lead_id: str, events: list[LeadEvent], won: list[Deal], ranks: dict[str, int]) -> Lead:
    """One lead from its ordered qualifying events and the won deals that name it."""
    first = events[0]
    credited = _credited_deal(won, first.date)
    customer_date = credited.won_date if credited else None
    counted = [event for event in events if customer_date is None or event.date <= customer_date]
    return Lead(
        lead_id,
        first.segment,
        first.date,
        tuple(_ledger(counted, ranks)),
        frozenset(event.event_type for event in counted),
        first.channel,
        first.landing_page,
        customer_date,
        credited.deal_id if credited else None,
        credited.value if credited else None,
    )


def _credited_deal(won: list[Deal], lead_date: date) -> Deal | None:
    """The earliest won deal that is not dated before the lead; on a tie the smaller deal_id."""
    candidates = [
        (deal.won_at, deal.deal_id, deal)
        for deal in won
        if deal.won_at and deal.won_date and deal.won_date >= lead_date
    ]
    return min(candidates, key=lambda candidate: candidate[:2])[2] if candidates else None


def _ledger(events: list[LeadEvent], ranks: dict[str, int]) -> list[Entry]:
    """An entry for the first event, and for every event that outranks all before it."""
    entries: list[Entry] = []
    for event in events:
        from_type = entries[-1].to_type if entries else None
        if from_type is None or ranks[event.event_type] > ranks[from_type]:
            entries.append(Entry(event.date, from_type, event.event_type, event.feed))
    return entries
