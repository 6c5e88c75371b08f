"""The leads whose first touch is in one month, and all their later events.

A month's leads, the *cohort*, are drawn from the seed and the month alone, with their whole future. What a day knows
of it is cut off later, so the past never changes when the company is written again for a later day.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from lead_sla.sample import business, calendar_days
from lead_sla.sample.calendar_days import DAY_SECONDS
from lead_sla.sample.columns import Table, numbered, stack, texts

LEADS_STREAM: Final = 1  # separates the random numbers of this module from those of others
NONE: Final = -1  # no further step
ECHO_SHARE, ECHO_DAYS = 0.20, 40  # leads that later touch a lower type too, which earns nothing
VISITING_SHARE, VISITOR_SHARE = 0.25, 0.15  # leads seen on a page before; contacts never seen again, per lead
OTHER_PAGE_SHARE: Final = 0.3  # of the touches: on the second landing page of their type
SPREAD_SECONDS: Final = 3 * 3600
FIRST_SHARES: Final = [kind.first_share for kind in business.EVENT_TYPES]
TOP: Final = len(business.EVENT_TYPES) - 1


@dataclass(frozen=True)
class Cohort:
    """The leads of one month. Arrays have one entry, or for `steps` one row, per lead."""

    month: int
    lead_ids: npt.NDArray[np.str_]
    segments: npt.NDArray[np.str_]  # empty if the form has no segment
    days: npt.NDArray[np.int64]  # the lead date
    seconds: npt.NDArray[np.int64]  # second of that day
    steps: npt.NDArray[np.int64]  # position of the type reached at each step, NONE when there was no such step
    step_days: npt.NDArray[np.int64]  # the day of each step
    highest: npt.NDArray[np.int64]  # the last type of the chain
    closes: npt.NDArray[np.bool_]  # whether it becomes a customer
    cycle_days: npt.NDArray[np.int64]  # from the lead date to the end of the deal, if there is one

    @property
    def size(self) -> int:
        """Number of leads."""
        return len(self.days)


def draw_cohort(month: int, seed: int, scale: float) -> Cohort:
    """Generate a month's leads with their upgrades and outcome."""
    rng = np.random.default_rng([seed, month, LEADS_STREAM])
    days, places = _draw_arrivals(rng, month, scale)
    count = len(days)
    steps, lags = _draw_chains(rng, count)
    highest = steps.max(axis=1)
    closes = rng.random(count) < np.array([kind.close_rate for kind in business.EVENT_TYPES])[highest]
    cycle = np.exp(rng.normal(np.log(business.CYCLE_MEDIAN_DAYS), business.CYCLE_SIGMA, count))
    cycle = np.clip(np.rint(cycle), business.CYCLE_SHORTEST_DAYS, business.CYCLE_LONGEST_DAYS)
    return Cohort(
        month=month,
        lead_ids=numbered(f"L-{calendar_days.first_day(month):%Y-%m}-%05d", np.arange(1, count + 1)),
        segments=np.where(
            rng.random(count) < business.NO_SEGMENT_SHARE, "", np.array(business.SEGMENTS)[places].astype(str)
        ),
        days=days,
        seconds=_seconds_of_day(rng, np.array(business.SEGMENT_HOURS)[places]),
        steps=steps,
        step_days=_date_steps(days, lags, np.where(closes, cycle, np.inf)),
        highest=highest,
        closes=closes,
        cycle_days=cycle.astype(np.int64),
    )


def tell_events(cohort: Cohort, seed: int) -> Table:
    """Every lead event of a cohort: its steps, touches below the type held, page visits, and mere visitors."""
    rng = np.random.default_rng([seed, cohort.month, LEADS_STREAM, 1])
    parts = [_step_touches(rng, cohort), _echo_touches(rng, cohort), _page_visits(rng, cohort), _visitors(rng, cohort)]
    events = stack(parts)
    count = len(events["occurred"])
    label = f"{calendar_days.first_day(cohort.month):%Y-%m}"
    kinds = np.array([*(kind.landing_pages for kind in business.EVENT_TYPES), ("/", "/pricing")])
    codes = np.array([*(kind.code for kind in business.EVENT_TYPES), business.PAGE_VISIT])
    return {
        "event_id": numbered(f"E-{label}-%06d", np.arange(1, count + 1)),
        "lead_id": events["lead_id"],
        "event_type": codes[events["kind"]],
        "occurred": events["occurred"],
        "segment": events["segment"],
        "landing_page": kinds[events["kind"], (rng.random(count) < OTHER_PAGE_SHARE).astype(int)],
        "channel": rng.choice(business.CHANNELS, count, p=business.CHANNEL_SHARES),
        "exported": events["occurred"] // DAY_SECONDS,
    }


def _draw_arrivals(
    rng: np.random.Generator, month: int, scale: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    expected = business.expected_leads(month, scale)
    days, places = [], []
    for place, (segment, share) in enumerate(zip(business.SEGMENTS, business.SEGMENT_SHARES, strict=True)):
        per_day = rng.poisson(expected * share * calendar_days.arrival_weights(month, segment))
        days.append(np.repeat(calendar_days.days_of(month), per_day))
        places.append(np.full(per_day.sum(), place, dtype=np.int64))
    order = np.argsort(np.concatenate(days), kind="stable")
    return np.concatenate(days)[order], np.concatenate(places)[order]


def _draw_chains(rng: np.random.Generator, count: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    steps = np.full((count, 1 + business.UPGRADE_STEPS), NONE, dtype=np.int64)
    lags = np.zeros(steps.shape)
    steps[:, 0] = rng.choice(len(FIRST_SHARES), count, p=FIRST_SHARES)
    chances = _next_step_chances()
    for step in range(1, steps.shape[1]):
        held = steps[:, step - 1]
        climbs = (held != NONE) & (held < TOP) & (rng.random(count) < business.UPGRADE_SHARE)
        reached = (rng.random(count)[:, None] >= chances[held]).sum(axis=1)
        wait = np.exp(rng.normal(np.log(business.UPGRADE_MEDIAN_DAYS), business.UPGRADE_SIGMA, count))
        steps[:, step] = np.where(climbs, np.minimum(reached, TOP), NONE)
        lags[:, step] = lags[:, step - 1] + np.where(climbs, wait, 0)
    return steps, lags


def _next_step_chances() -> npt.NDArray[np.float64]:
    """Row: the type held; column: cumulative probability of the next one, 0 up to the type held itself."""
    weights = np.array([kind.upgrade_weight for kind in business.EVENT_TYPES])
    above = np.triu(np.tile(weights, (len(weights), 1)), k=1)
    sums = above.sum(axis=1, keepdims=True)
    return np.cumsum(above / np.where(sums == 0, 1, sums), axis=1)


def _date_steps(
    days: npt.NDArray[np.int64], lags: npt.NDArray[np.float64], closing: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    """Steps after the first fall on later weekdays; those of a customer into the first half of its cycle."""
    last = lags[:, -1]
    squeeze = np.where(last > 0.5 * closing, 0.5 * closing / np.where(last == 0, 1, last), 1.0)
    later = days[:, None] + np.maximum(np.rint(lags * squeeze[:, None]), 1).astype(np.int64)
    moved = later + 2 * (calendar_days.weekdays(later) >= calendar_days.SATURDAY)
    return np.concatenate([days[:, None], moved[:, 1:]], axis=1)


def _seconds_of_day(rng: np.random.Generator, hours: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    drawn = np.rint(rng.normal(hours * 3600, SPREAD_SECONDS))
    return np.clip(drawn, 0, DAY_SECONDS - 1).astype(np.int64)


def _step_touches(rng: np.random.Generator, cohort: Cohort) -> Table:
    lead, step = np.nonzero(cohort.steps != NONE)
    other_times = _seconds_of_day(rng, np.full(len(lead), 13.0))
    seconds = np.where(step == 0, cohort.seconds[lead], other_times)
    return _touches(cohort, lead, cohort.steps[lead, step], cohort.step_days[lead, step] * DAY_SECONDS + seconds)


def _echo_touches(rng: np.random.Generator, cohort: Cohort) -> Table:
    lead = np.flatnonzero(rng.random(cohort.size) < ECHO_SHARE)
    kind = rng.integers(0, cohort.steps[lead, 0] + 1)
    day = calendar_days.off_weekends(cohort.days[lead] + rng.integers(4, ECHO_DAYS + 1, len(lead)))
    return _touches(cohort, lead, kind, day * DAY_SECONDS + _seconds_of_day(rng, np.full(len(lead), 13.0)))


def _page_visits(rng: np.random.Generator, cohort: Cohort) -> Table:
    lead = np.flatnonzero(rng.random(cohort.size) < VISITING_SHARE)
    second = np.maximum(cohort.seconds[lead] - rng.integers(300, 2700, len(lead)), 0)
    return _touches(cohort, lead, np.full(len(lead), TOP + 1), cohort.days[lead] * DAY_SECONDS + second)


def _visitors(rng: np.random.Generator, cohort: Cohort) -> Table:
    count = round(VISITOR_SHARE * cohort.size)
    day = rng.choice(calendar_days.days_of(cohort.month), count)
    return {
        "lead_id": numbered(f"V-{calendar_days.first_day(cohort.month):%Y-%m}-%05d", np.arange(1, count + 1)),
        "kind": np.full(count, TOP + 1),
        "occurred": day * DAY_SECONDS + _seconds_of_day(rng, np.full(count, 13.0)),
        "segment": texts("", count),
    }


def _touches(
    cohort: Cohort, lead: npt.NDArray[np.int64], kind: npt.NDArray[np.int64], occurred: npt.NDArray[np.int64]
) -> Table:
    return {
        "lead_id": cohort.lead_ids[lead],
        "kind": kind,
        "occurred": occurred,
        "segment": cohort.segments[lead],
    }
