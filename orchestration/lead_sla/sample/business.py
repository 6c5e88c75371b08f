"""The sample company as constants: the true values that estimates can be compared with.

Event types are identified by their position in `EVENT_TYPES`, in ascending order of rank.
"""

import math
from typing import Final, NamedTuple


class EventType(NamedTuple):
    """An event type, and the behavior of leads whose first or last touch it is."""

    code: str
    label: str
    funnel_stage: str
    funnel_rank: int
    first_share: float  # share of leads whose first qualifying event it is
    upgrade_weight: float  # relative probability of being the next step
    close_rate: float  # see TRUE_CLOSE_RATES
    deal_share: float  # of the leads that never close: share for which Sales opens a deal nevertheless
    landing_pages: tuple[str, str]


EVENT_TYPES: Final = (
    EventType("newsletter", "Newsletter sign-up", "top", 10, 0.40, 0.0, 0.01, 0.02, ("/newsletter", "/blog")),
    EventType("whitepaper", "Whitepaper", "top", 20, 0.25, 0.30, 0.02, 0.05, ("/guides/sla", "/guides/funnel")),
    EventType("webinar", "Webinar", "middle", 30, 0.14, 0.30, 0.04, 0.10, ("/webinars/live", "/webinars/archive")),
    EventType("trial", "Free trial", "middle", 40, 0.08, 0.15, 0.08, 0.20, ("/trial", "/pricing")),
    EventType("contact_request", "Contact request", "bottom", 50, 0.08, 0.10, 0.12, 0.35, ("/contact", "/pricing")),
    EventType("demo_request", "Demo request", "bottom", 60, 0.05, 0.15, 0.20, 0.45, ("/demo", "/product")),
)
PAGE_VISIT: Final = "page_visit"  # the only type that does not qualify

TRUE_CLOSE_RATES: Final[dict[str, float]] = {kind.code: kind.close_rate for kind in EVENT_TYPES}
"""The probability that a lead ever becomes a customer, given the highest type it reaches in its whole life.

Exactly: each lead's chain of upgrades is drawn first, then whether it closes, with this probability for the last type
of the chain; every step of the chain comes on or before the day of closing. "Ever" means that the deal's last state
is won, once all its events have happened; a deal that was won, reopened and lost in the end does not count. Estimates
made after M days see only the part `share_closed_within(M)` of it, and those made while a lead is young may hold it
under a lower type.
"""

CYCLE_MEDIAN_DAYS: Final = 50.0  # from the lead date to the end of its deal, lognormal
CYCLE_SIGMA: Final = 0.5  # of the logarithm; the mean cycle is 57 days
CYCLE_SHORTEST_DAYS: Final = 7
CYCLE_LONGEST_DAYS: Final = 200
SETTLED_DAYS: Final = CYCLE_LONGEST_DAYS + 2  # by then every deal of a lead has had its last event

UPGRADE_SHARE: Final = 0.25  # of the leads below the highest type: share that go on to a higher one, at each step
UPGRADE_STEPS: Final = 3  # upgrades a lead can have at most
UPGRADE_MEDIAN_DAYS: Final = 9.0
UPGRADE_SIGMA: Final = 0.7

FOUNDING_MONTH: Final = 2024 * 12 + 11  # December 2024, counted as year x 12 + month - 1
FOUNDING_LEADS: Final = 500.0  # leads a month then, at scale 1
MONTHLY_GROWTH: Final = 1.025
SEASON: Final = (0.98, 1.0, 1.05, 1.02, 1.03, 1.0, 0.96, 0.72, 1.05, 1.07, 1.04, 0.68)  # January to December
SATURDAY_WEIGHT: Final = 0.30  # an ordinary weekday is 1
SUNDAY_WEIGHT: Final = 0.22
HOLIDAY_WEIGHT: Final = 0.35

SEGMENTS: Final = ("americas", "emea", "apac")
SEGMENT_SHARES: Final = (0.45, 0.33, 0.22)
SEGMENT_HOURS: Final = (17.0, 11.0, 5.0)  # the busiest hour of the day there, in UTC
NO_SEGMENT_SHARE: Final = 0.01  # leads without a segment in their form

CHANNELS: Final = ("organic_search", "paid_search", "social", "email", "referral", "partner")
CHANNEL_SHARES: Final = (0.34, 0.22, 0.14, 0.16, 0.09, 0.05)

DEAL_STAGES: Final = (
    ("qualified", "Qualified", "open", 10),
    ("proposal", "Proposal sent", "open", 20),
    ("reopened", "Reopened", "open", 30),
    ("won", "Won", "won", 40),
    ("lost", "Lost", "lost", 50),
)
DEAL_MEDIAN_VALUE: Final = 14_000.0  # lognormal
DEAL_SIGMA: Final = 0.5
DEAL_MEAN_VALUE: Final = DEAL_MEDIAN_VALUE * math.exp(DEAL_SIGMA**2 / 2)
OUTBOUND_DEALS: Final = 8.0  # deals a month that Sales found without Marketing, in the founding month at scale 1


def share_closed_within(days: int) -> float:
    """Of the leads that ever close, the expected share with `days_to_close` <= days, but for the shift off weekends."""
    if days >= CYCLE_LONGEST_DAYS:
        return 1.0
    if days < CYCLE_SHORTEST_DAYS:
        return 0.0
    return 0.5 * (1 + math.erf(math.log((days + 0.5) / CYCLE_MEDIAN_DAYS) / CYCLE_SIGMA / math.sqrt(2)))


def expected_leads(month: int, scale: float) -> float:
    """Leads that the company expects in a month, all segments together."""
    return scale * FOUNDING_LEADS * growth_since_founding(month) * SEASON[month % 12]


def growth_since_founding(month: int) -> float:
    """How many times larger than in the founding month the company is; below 1 before it."""
    return MONTHLY_GROWTH ** (month - FOUNDING_MONTH)
