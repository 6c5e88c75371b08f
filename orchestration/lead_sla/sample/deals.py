"""The deals of a month's leads, and outbound deals of Sales.

A deal's last stage decides; a few are lost, reopened and then won, or the other way round.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from lead_sla.sample import business, calendar_days
from lead_sla.sample.calendar_days import DAY_SECONDS
from lead_sla.sample.columns import Table, numbered, pick, stack, texts
from lead_sla.sample.leads import Cohort

DEALS_STREAM: Final = 2
WON, LOST, OPEN = 0, 1, 2
LOST_SHARE: Final = 0.75  # of the deals that are not won; the rest stay open
PROPOSAL_SHARE: Final = (1.0, 0.8, 0.5)  # by end
TURN_SHARE: Final = (0.06, 0.05, 0.0)  # by outcome: deals that had another outcome first, and were reopened
NO_AMOUNT_SHARE: Final = 0.03  # deals without a value
EUR_SHARE: Final = 0.8  # of the deals in emea
NO_ESTIMATE_SHARE: Final = 0.7  # of the deals that were only qualified
NO_CURRENCY_SHARE: Final = 0.15  # of the dollar rows: no currency, which means the reporting currency
OUTBOUND_WON_SHARE: Final = 0.25
VISITOR_DEAL_SHARE: Final = 0.15  # of the outbound deals: they name a contact that never qualified
STAGES: Final = [stage for stage, *_ in business.DEAL_STAGES]


def tell_deals(cohort: Cohort, seed: int, scale: float) -> Table:
    """Every deal event that begins with a cohort or, for outbound deals, in its month."""
    rng = np.random.default_rng([seed, cohort.month, DEALS_STREAM])
    deals = stack([_inbound(rng, cohort), _outbound(rng, cohort, scale), _early_wins(rng, cohort)])
    count = len(deals["day"])
    label = f"{calendar_days.first_day(cohort.month):%Y-%m}"
    deals["deal_id"] = numbered(f"D-{label}-%05d", np.arange(1, count + 1))
    deals["value"] = np.exp(rng.normal(np.log(business.DEAL_MEDIAN_VALUE), business.DEAL_SIGMA, count))
    deals["value"][rng.random(count) < NO_AMOUNT_SHARE] = np.nan
    in_eur = (deals["segment"] == "emea") & (rng.random(count) < EUR_SHARE)
    deals["currency"] = np.where(in_eur, "EUR", "USD")
    events = _stage_events(rng, deals)
    events["event_id"] = numbered(f"S-{label}-%06d", np.arange(1, len(events["occurred"]) + 1))
    return events


def _inbound(rng: np.random.Generator, cohort: Cohort) -> Table:
    shares = np.array([kind.deal_share for kind in business.EVENT_TYPES])[cohort.highest]
    lead = np.flatnonzero(cohort.closes | (rng.random(cohort.size) < shares))
    is_lost = rng.random(len(lead)) < LOST_SHARE
    return {
        "lead_id": cohort.lead_ids[lead],
        "segment": cohort.segments[lead],
        "day": cohort.days[lead],
        "cycle": cohort.cycle_days[lead],
        "end": np.where(cohort.closes[lead], WON, np.where(is_lost, LOST, OPEN)),
    }


def _outbound(rng: np.random.Generator, cohort: Cohort, scale: float) -> Table:
    expected = scale * business.OUTBOUND_DEALS * business.growth_since_founding(cohort.month)
    count = int(rng.poisson(expected))
    visitors = numbered(f"V-{calendar_days.first_day(cohort.month):%Y-%m}-%05d", np.arange(1, count + 1))
    cycle = np.exp(rng.normal(np.log(business.CYCLE_MEDIAN_DAYS), business.CYCLE_SIGMA, count))
    is_won = rng.random(count) < OUTBOUND_WON_SHARE
    return {
        "lead_id": np.where(rng.random(count) < VISITOR_DEAL_SHARE, visitors, ""),
        "segment": rng.choice(business.SEGMENTS, count, p=business.SEGMENT_SHARES),
        "day": rng.choice(calendar_days.days_of(cohort.month), count),
        "cycle": np.clip(cycle, business.CYCLE_SHORTEST_DAYS, business.CYCLE_LONGEST_DAYS).astype(np.int64),
        "end": np.where(is_won, WON, LOST),
    }


def _early_wins(rng: np.random.Generator, cohort: Cohort) -> Table:
    """Contacts that buy first and fill in a form afterward: won before the lead, so without credit."""
    late = np.flatnonzero(cohort.days >= calendar_days.days_of(cohort.month)[0] + 20)
    lead = np.sort(rng.choice(late, min(len(late), max(1, cohort.size // 700)), replace=False))
    return {
        "lead_id": cohort.lead_ids[lead],
        "segment": cohort.segments[lead],
        "day": cohort.days[lead] - 16,
        "cycle": np.full(len(lead), 10),
        "end": np.full(len(lead), WON),
    }


def _stage_events(rng: np.random.Generator, deals: Table) -> Table:
    """The stages of each deal, at fractions of its cycle. Two on one day follow each other by the hour."""
    end = deals["end"]
    count = len(end)
    everyone = np.ones(count, dtype=bool)
    proposed = rng.random(count) < np.array(PROPOSAL_SHARE)[end]
    turned = rng.random(count) < np.array(TURN_SHARE)[end]
    was_won_first = rng.random(count) < np.where(end == WON, 0.4, 1.0)
    plan = (
        ("qualified", 0.25, everyone),
        ("proposal", 0.55, proposed),
        ("won", 0.75, turned & was_won_first),
        ("lost", 0.75, turned & ~was_won_first),
        ("reopened", 0.85, turned),
        ("won", 1.0, end == WON),
        ("lost", 1.0, end == LOST),
    )
    parts = [
        _one_stage(rng, pick(deals, taken), stage, fraction, hour)
        for hour, (stage, fraction, taken) in enumerate(plan, start=9)
    ]
    return stack(parts)


def _one_stage(rng: np.random.Generator, deals: Table, stage: str, fraction: float, hour: int) -> Table:
    count = len(deals["day"])
    day = calendar_days.off_weekends(deals["day"] + np.rint(deals["cycle"] * fraction).astype(np.int64))
    no_currency = (deals["currency"] == "USD") & (rng.random(count) < NO_CURRENCY_SHARE)
    return {
        "deal_id": deals["deal_id"],
        "lead_id": deals["lead_id"],
        "stage": texts(stage, count),
        "amount": _amounts(rng, deals["value"], stage),
        "currency": np.where(no_currency, "", deals["currency"]),
        "occurred": day * DAY_SECONDS + hour * 3600 + rng.integers(0, 3600, count),
        "exported": day,
    }


def _amounts(rng: np.random.Generator, values: npt.NDArray[np.float64], stage: str) -> npt.NDArray[np.float64]:
    """An estimate at first, if any; the contract value in the last event; none on reopening."""
    count = len(values)
    estimates = np.rint(values * rng.uniform(0.85, 1.2, count) / 500) * 500
    if stage == "reopened":
        return np.full(count, np.nan)
    if stage == "qualified":
        return np.where(rng.random(count) < NO_ESTIMATE_SHARE, np.nan, estimates)
    return estimates if stage == "proposal" else np.rint(values * 100) / 100
