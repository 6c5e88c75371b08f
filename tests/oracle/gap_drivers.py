"""Why the gap: volume, mix and upgrades, for an SLA and for each type of lead (section 8)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum

from tests.oracle.cards import Booking, Card
from tests.oracle.dates import month_of
from tests.oracle.goals import POINTS, Sla
from tests.oracle.inputs import Row
from tests.oracle.leads import Lead


@dataclass(frozen=True)
class Plan:
    """What the goal to date asks for, by the usual mix; `leads` is None when it is unknown."""

    leads: float | None
    shares: dict[str, float]
    credit: dict[str, float]

    @property
    def credit_per_lead(self) -> float:
        """What a lead of the usual mix is worth, in the SLA's unit."""
        return fsum(share * self.credit[event_type] for event_type, share in self.shares.items())


@dataclass(frozen=True)
class Came:
    """What came in the period: leads and the credit of upgrades, by type."""

    leads: Counter[str]
    upgrades: dict[str, float]


def plan_of(sla: Sla, due: float | None, mix: Sequence[Lead], cards: Iterable[Card]) -> Plan:
    """The plan behind a goal to date.

    Args:
        sla: an SLA in points or value.
        due: `target_cumulative`; None without a target.
        mix: the leads of the months before the period, in the SLA's segment.
        cards: the card of the period, all types.
    """
    credit = {card.event_type: (card.points if sla.unit == POINTS else card.value) or 0.0 for card in cards}
    counts = Counter(lead.event_type for lead in mix)
    shares = {event_type: counts[event_type] / len(mix) if mix else 0.0 for event_type in credit}
    per_lead = Plan(None, shares, credit).credit_per_lead
    return Plan(None if due is None or per_lead == 0 else due / per_lead, shares, credit)


def what_came(sla: Sla, period: date, booked: Iterable[Booking]) -> Came:
    """The leads and the upgrades of a period that belong to an SLA."""
    leads: Counter[str] = Counter()
    upgrades: dict[str, list[float]] = {}
    for booking in booked:
        if not sla.covers(booking) or month_of(booking.date) != period:
            continue
        leads[booking.event_type] += booking.leads
        if not booking.leads:
            upgrades.setdefault(booking.event_type, []).append(sla.measure(booking))
    return Came(leads, {event_type: fsum(parts) for event_type, parts in upgrades.items()})


def gap_driver_row(sla: Sla, as_of_date: date, plan: Plan, came: Came, gap: float | None) -> Row:
    """The row of `rpt_sla_gap_drivers` of one SLA; `gap` is that of the waterfall on `as_of_date`."""
    actual = came.leads.total()
    volume = None if plan.leads is None else (actual - plan.leads) * plan.credit_per_lead
    mix = fsum((came.leads[code] - actual * plan.shares[code]) * plan.credit[code] for code in plan.shares)
    return {
        "sla_id": sla.sla_id,
        "as_of_date": as_of_date,
        "planned_leads": plan.leads,
        "actual_leads": actual,
        "volume_effect": volume,
        "mix_effect": None if plan.leads is None else mix,
        "upgrade_effect": fsum(came.upgrades.values()),
        "gap": gap,
    }


def gap_driver_rows_by_type(sla: Sla, as_of_date: date, plan: Plan, came: Came) -> list[Row]:
    """The rows of `rpt_sla_gap_drivers_by_type` of one SLA: one for every type of the card."""
    actual = came.leads.total()
    rows: list[Row] = []
    for event_type, share in plan.shares.items():
        credit, upgrade = plan.credit[event_type], came.upgrades.get(event_type, 0.0)
        volume = None if plan.leads is None else (actual - plan.leads) * share * credit
        mix = None if plan.leads is None else (came.leads[event_type] - actual * share) * credit
        rows.append(
            {
                "sla_id": sla.sla_id,
                "event_type": event_type,
                "as_of_date": as_of_date,
                "planned_leads": None if plan.leads is None else plan.leads * share,
                "actual_leads": came.leads[event_type],
                "volume_effect": volume,
                "mix_effect": mix,
                "upgrade_effect": upgrade,
                "gap": None if volume is None or mix is None else fsum((volume, mix, upgrade)),
            }
        )
    return rows
