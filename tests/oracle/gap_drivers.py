"""Why the gap: volume, mix and upgrades, for an SLA and for each type of lead, against the usual month (section 8)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.oracle.cards import Card
from tests.oracle.dates import month_of
from tests.oracle.goals import LEADS, POINTS, Sla
from tests.oracle.inputs import Row
from tests.oracle.leads import Entry, Lead

Amounts = Mapping[str, Fraction]


@dataclass(frozen=True)
class UsualMonth:
    """The leads behind the weighted close rate: the shares of their types now, and of their first types."""

    mix: Amounts
    first_mix: Amounts

    @property
    def is_known(self) -> bool:
        """Whether there were any leads."""
        return any(self.mix.values())


@dataclass(frozen=True)
class Came:
    """What came in the period: leads by first type, and the priced upgrades as (from, to)."""

    leads: Counter[str]
    upgrades: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Month:
    """A period of an SLA: its usual month, what came, and what a lead of each type is worth."""

    usual: UsualMonth
    came: Came
    credit: Amounts


def credit_of(sla: Sla, cards: Iterable[Card]) -> Amounts:
    """What a lead of each type is worth in the SLA's unit on the card of the period; an unpriced one counts 0."""
    return {
        card.event_type: Fraction(
            1 if sla.unit == LEADS else (card.points if sla.unit == POINTS else card.value) or 0.0
        )
        for card in cards
    }


def usual_month(sla: Sla, mix: Sequence[Lead], types: Iterable[str]) -> UsualMonth:
    """The shares of a mix; in a leads SLA a lead counts under its first type, whatever it became."""
    firsts = Counter(lead.entries[0].to_type for lead in mix)
    now = firsts if sla.unit == LEADS else Counter(lead.event_type for lead in mix)
    names = list(types)
    whole = len(mix) or 1
    return UsualMonth(
        {name: Fraction(now[name], whole) for name in names},
        {name: Fraction(firsts[name], whole) for name in names},
    )


def what_came(sla: Sla, period: date, leads: Iterable[Lead], cards: Iterable[Card]) -> Came:
    """The leads and the upgrades of a period that belong to an SLA."""
    priced = {card.event_type for card in cards if (card.points if sla.unit == POINTS else card.value) is not None}
    counted: Counter[str] = Counter()
    upgrades: list[tuple[str, str]] = []
    for lead in leads:
        if sla.segment not in ("all", lead.segment):
            continue
        for entry in lead.entries:
            if month_of(entry.date) == period:
                _count(entry, sla, priced, counted, upgrades)
    return Came(counted, upgrades)


def _count(entry: Entry, sla: Sla, priced: set[str], counted: Counter[str], upgrades: list[tuple[str, str]]) -> None:
    if entry.from_type is None:
        counted[entry.to_type] += 1
    elif sla.unit != LEADS and {entry.from_type, entry.to_type} <= priced:
        upgrades.append((entry.from_type, entry.to_type))


def gap_driver_row(sla: Sla, day: date, due: float | None, month: Month, gap: float | None) -> Row:
    """The row of `rpt_sla_gap_drivers` of one SLA and period.

    Args:
        sla: the SLA.
        day: the last day of the period, or `as_of_date`.
        due: `target_cumulative` of that day; None without a target.
        month: what is usual, and what came.
        gap: that of the waterfall on that day.
    """
    usual, came, credit = month.usual, month.came, month.credit
    planned, per_lead = _planned(due, usual, credit)
    actual = came.leads.total()
    usual_upgrades = per_lead - _mean(usual.first_mix, credit)
    booked = sum((credit[to] - credit[origin] for origin, to in came.upgrades), Fraction(0))
    mix = sum(((came.leads[name] - actual * usual.first_mix[name]) * credit[name] for name in credit), Fraction(0))
    effects = None if planned is None else ((actual - planned) * per_lead, mix, booked - actual * usual_upgrades)
    return {**_row(sla, day, planned, actual, effects), "gap": gap}


def gap_driver_rows_by_type(sla: Sla, day: date, due: float | None, month: Month) -> list[Row]:
    """The rows of `rpt_sla_gap_drivers_by_type`: an upgrade adds to the type it reaches, and takes from the other."""
    usual, came, credit = month.usual, month.came, month.credit
    planned, _ = _planned(due, usual, credit)
    actual = came.leads.total()
    moved = Counter(to for _, to in came.upgrades)
    moved.subtract(origin for origin, _ in came.upgrades)
    rows: list[Row] = []
    for name, worth in credit.items():
        usually_moved = usual.mix[name] - usual.first_mix[name]
        effects = None
        if planned is not None:
            effects = (
                (actual - planned) * usual.mix[name] * worth,
                (came.leads[name] - actual * usual.first_mix[name]) * worth,
                (moved[name] - actual * usually_moved) * worth,
            )
        planned_of_type = None if planned is None else planned * usual.first_mix[name]
        rows.append(
            {
                **_row(sla, day, planned_of_type, came.leads[name], effects),
                "event_type": name,
                "gap": None if effects is None else float(sum(effects)),
            }
        )
    return rows


def _planned(due: float | None, usual: UsualMonth, credit: Amounts) -> tuple[Fraction | None, Fraction]:
    """The leads that the goal to date asks for, None when it cannot be said, and what a lead of the mix is worth."""
    per_lead = _mean(usual.mix, credit)
    return (None if due is None or not usual.is_known or not per_lead else Fraction(due) / per_lead), per_lead


def _mean(shares: Amounts, credit: Amounts) -> Fraction:
    return sum((share * credit[name] for name, share in shares.items()), Fraction(0))


def _row(sla: Sla, day: date, planned: Fraction | None, actual: int, effects: Sequence[Fraction] | None) -> Row:
    names = ("volume_effect", "mix_effect", "upgrade_effect")
    return {
        "sla_id": sla.sla_id,
        "period_start": month_of(day),
        "as_of_date": day,
        "planned_leads": None if planned is None else float(planned),
        "actual_leads": actual,
        **dict(zip(names, [None] * 3 if effects is None else [float(effect) for effect in effects], strict=True)),
    }
