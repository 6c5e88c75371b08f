"""Staging: which landed events are accepted, and why the others are not (section 2)."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from tests.oracle.dates import local_date
from tests.oracle.inputs import Inputs, LandedDeal, LandedLead, need
from tests.oracle.merges import Merge, add_related, judge_merges
from tests.oracle.records import event_id, is_in_future, judge_records, moment_of, record_of

LandedT = TypeVar("LandedT", LandedLead, LandedDeal)

UNASSIGNED = "unassigned"
UNKNOWN = "unknown"
ALL = "all"
RECORD_FATES = ("replayed", "superseded", "withdrawn")
REASONS = (
    "unknown_event_type",
    "unknown_stage",
    "unknown_lead",
    "reserved_segment",
    "negative_amount",
    "unknown_currency",
    "self_merge",
    "implausible_date",
    "occurred_in_future",
    "conflicting_duplicate",
)


@dataclass(frozen=True)
class LeadEvent:
    """A lead row with defaults applied and time resolved."""

    feed: str
    feed_order: int
    event_id: str
    lead_id: str
    event_type: str
    occurred_at: datetime
    date: date
    segment: str
    channel: str
    landing_page: str


@dataclass(frozen=True)
class DealEvent:
    """A deal row with defaults applied and time resolved."""

    feed: str
    feed_order: int
    event_id: str
    deal_id: str
    lead_id: str | None
    stage: str
    amount: Decimal | None
    currency: str
    occurred_at: datetime
    date: date


@dataclass
class Staged:
    """The accepted events, and for each feed how many rows had which fate (`accepted`, `replayed` or a reason).

    `merges` are those that count on their day, which may be to come.
    """

    leads: list[LeadEvent]
    deals: list[DealEvent]
    merges: list[Merge]
    fates: dict[str, dict[str, int]]


def stage(inputs: Inputs) -> Staged:
    """Accept or quarantine every landed row, of all that has landed; of `as_of_date` only the future depends."""
    staged = Staged([], [], [], {feed.name: defaultdict(int) for feed in inputs.feeds})
    order = {feed.name: position for position, feed in enumerate(inputs.feeds)}
    for lead_row, seen in _with_earlier(inputs.leads, inputs):
        lead = _lead_event(lead_row, order[lead_row.feed], inputs)
        fate = _fate(seen, _lead_reasons(lead, inputs))
        staged.fates[lead.feed][fate] += 1
        if fate == "accepted":
            staged.leads.append(lead)
    for judged in judge_merges(inputs):
        staged.fates[judged.merge.feed][judged.fate] += 1
        if judged.counts:
            staged.merges.append(judged.merge)
    known_leads = add_related({lead.lead_id for lead in staged.leads}, staged.merges)
    for deal_row, seen in _with_earlier(inputs.deals, inputs):
        deal = _deal_event(deal_row, order[deal_row.feed], inputs)
        fate = _fate(seen, _deal_reasons(deal, known_leads, inputs))
        staged.fates[deal.feed][fate] += 1
        if fate == "accepted":
            staged.deals.append(deal)
    return staged


def _with_earlier(rows: Sequence[LandedT], inputs: Inputs) -> list[tuple[LandedT, str]]:
    """Each row in landing order, with what the earlier rows of its feed and id make it: `new`, `replay`, `conflict`.

    An event of a record has instead what its record makes of it.
    """
    contents: dict[tuple[str, str], set[Hashable]] = defaultdict(set)
    fates = judge_records(inputs)
    marked = []
    for row in sorted(rows, key=lambda row: (row.feed, row.file_number, row.row_number)):
        if record_of(row, inputs) is not None:
            marked.append((row, fates[row.file_number, row.row_number]))
            continue
        earlier = contents[row.feed, row.event_id]
        content = _content(row, inputs)
        marked.append((row, "replay" if content in earlier else "conflict" if earlier else "new"))
        earlier.add(content)
    return marked


def _content(row: LandedLead | LandedDeal, inputs: Inputs) -> Hashable:
    """The typed canonical columns after defaults; what makes a second row with the same id a replay."""
    moment = moment_of(row, inputs)
    if isinstance(row, LandedLead):
        segment = row.segment or UNASSIGNED
        return (row.lead_id, row.event_type, moment, segment, row.landing_page, row.channel)
    currency = row.currency or inputs.parameters.reporting_currency
    return (row.deal_id, row.lead_id, row.stage, row.amount, currency, moment)


def _fate(seen: str, reasons: list[str]) -> str:
    if seen == "replay":
        return "replayed"
    if seen in RECORD_FATES:
        return seen
    if seen == "conflict":
        reasons = [*reasons, "conflicting_duplicate"]
    return min(reasons, key=REASONS.index) if reasons else "accepted"


def _lead_event(row: LandedLead, feed_order: int, inputs: Inputs) -> LeadEvent:
    moment = moment_of(row, inputs)
    return LeadEvent(
        row.feed,
        feed_order,
        event_id(row, inputs),
        row.lead_id,
        row.event_type,
        moment,
        local_date(moment, inputs.parameters.zone),
        row.segment or UNASSIGNED,
        row.channel or UNKNOWN,
        row.landing_page or UNKNOWN,
    )


def _lead_reasons(event: LeadEvent, inputs: Inputs) -> list[str]:
    checks = {
        "unknown_event_type": event.event_type not in inputs.event_types,
        "reserved_segment": event.segment == ALL,
        "implausible_date": event.date < inputs.parameters.earliest_date,
        "occurred_in_future": is_in_future(event.date, inputs),
    }
    return [reason for reason, applies in checks.items() if applies]


def _deal_event(row: LandedDeal, feed_order: int, inputs: Inputs) -> DealEvent:
    moment = moment_of(row, inputs)
    return DealEvent(
        row.feed,
        feed_order,
        event_id(row, inputs),
        row.deal_id,
        row.lead_id,
        row.stage,
        row.amount,
        row.currency or inputs.parameters.reporting_currency,
        moment,
        local_date(moment, inputs.parameters.zone),
    )


def _deal_reasons(event: DealEvent, known_leads: set[str], inputs: Inputs) -> list[str]:
    currencies = {need(row, "currency") for row in inputs.seed("exchange_rates")}
    currencies.add(inputs.parameters.reporting_currency)
    checks = {
        "unknown_stage": event.stage not in inputs.deal_stages,
        "unknown_lead": event.lead_id is not None and event.lead_id not in known_leads,
        "negative_amount": event.amount is not None and event.amount < 0,
        "unknown_currency": event.currency not in currencies,
        "implausible_date": event.date < inputs.parameters.earliest_date,
        "occurred_in_future": is_in_future(event.date, inputs),
    }
    return [reason for reason, applies in checks.items() if applies]
