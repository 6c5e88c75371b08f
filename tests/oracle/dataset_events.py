"""The ordinary history of the generated company: leads that mature, deals that are won, lost and reopened."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from tests.oracle.dataset_files import FeedFiles, Line

AS_OF = date(2026, 6, 17)
LANDED_AT = datetime(2026, 6, 28, 12)
HISTORY = "1_history.csv"

FIRST_MOMENT = datetime(2024, 11, 3, 5, 30)
HISTORY_DAYS = 598
HOUR = timedelta(hours=1)
BUSINESS_ZONE = ZoneInfo("America/New_York")
SEGMENTS = ("amer", "amer", "amer", "amer", "emea", "emea", "emea", "apac", "apac", "")
FIRST_TYPES = ("whitepaper",) * 5 + ("webinar",) * 3 + ("contact_form",) * 2 + ("demo",)
LATER_TYPES = ("page_visit", "whitepaper", "webinar", "survey", "contact_form", "demo", "support_call")
CLOSE_RATES = {"whitepaper": 0.03, "webinar": 0.07, "contact_form": 0.18, "demo": 0.35}
FUNNEL = list(CLOSE_RATES)


class Scribe:
    """Writes lines for feeds: numbers the events and gives stamps the shapes that sources have."""

    def __init__(self, feeds: Sequence[FeedFiles], rng: Random) -> None:
        self.website, self.crm, self.fairs, self.partners = feeds
        self.rng = rng
        self.numbers = count(1)

    def stamp(self, moment: datetime, feed: FeedFiles) -> str:
        """A naive UTC moment as `feed` might write it; one in eight becomes a bare business date."""
        aware = moment.replace(tzinfo=UTC)
        return self.rng.choice(
            (
                f"{moment.isoformat()}Z",
                f"{moment.isoformat(sep=' ')}+00:00",
                aware.astimezone(BUSINESS_ZONE).isoformat(),
                aware.astimezone(ZoneInfo("Asia/Tokyo")).isoformat(sep=" "),
                aware.astimezone(ZoneInfo(feed.timezone)).replace(tzinfo=None).isoformat(),
                aware.astimezone(ZoneInfo(feed.timezone)).replace(tzinfo=None).isoformat(sep=" "),
                f"{moment.isoformat()}.250Z",
                aware.astimezone(BUSINESS_ZONE).date().isoformat(),
            )
        )

    def lead(self, lead_id: str, event_type: str, moment: datetime, segment: str, channel: str = "web") -> None:
        """One lead event, in one of the two lead feeds."""
        feed = self.fairs if channel == "fair" else self.website
        cells = {
            "event_id": f"event-{next(self.numbers)}",
            "lead_id": lead_id,
            "event_type": event_type,
            "occurred_at": self.stamp(moment, feed),
            "segment": segment,
            "landing_page": self.rng.choice(("", "/pricing", "/blog")),
            "channel": channel,
        }
        feed.add(HISTORY, Line(cells))

    def deal(self, deal_id: str, lead_id: str, stage: str, moment: datetime, money: tuple[str, str]) -> None:
        """One deal event; every fifth is in the other deal feed."""
        feed = self.rng.choice((self.crm, self.crm, self.crm, self.crm, self.partners))
        cells = {
            "event_id": f"event-{next(self.numbers)}",
            "deal_id": deal_id,
            "lead_id": lead_id,
            "stage": stage,
            "amount": money[0],
            "currency": money[1],
            "occurred_at": self.stamp(moment, feed),
        }
        feed.add(HISTORY, Line(cells))


def write_history(feeds: Sequence[FeedFiles], rng: Random, leads: int) -> None:
    """About `leads` leads from 3 November 2024 on, to some days after `as_of_date`, and their deals."""
    scribe = Scribe(feeds, rng)
    scribe.lead("lead-0", "whitepaper", FIRST_MOMENT, "amer")
    for number in range(1, leads):
        _write_contact(scribe, f"lead-{number}")
    for feed in feeds:
        rng.shuffle(feed.files[HISTORY])


def _write_contact(scribe: Scribe, lead_id: str) -> None:
    """One contact: visits, a first qualifying event (nearly always), what follows, and perhaps deals."""
    rng = scribe.rng
    start = FIRST_MOMENT + timedelta(seconds=int(HISTORY_DAYS * 86400 * rng.random() ** 0.8))
    segment = rng.choice(SEGMENTS)
    channel = rng.choice(("web", "web", "web", "fair", ""))
    if rng.random() < 0.3:
        scribe.lead(lead_id, "page_visit", start - rng.randrange(1, 400) * HOUR, segment, channel)
    best, moment = rng.choice(FIRST_TYPES), start
    if rng.random() < 0.04:
        scribe.lead(lead_id, "survey", start, segment, channel)
    else:
        scribe.lead(lead_id, best, start, segment, channel)
    while rng.random() < 0.4:
        moment += timedelta(seconds=rng.randrange(60, 40 * 86400))
        later = rng.choice(LATER_TYPES)
        # Later events may name another segment: the lead's stays that of its first qualifying event.
        if moment < LANDED_AT:
            scribe.lead(lead_id, later, moment, rng.choice((segment, segment, "emea")), channel)
        best = max(best, later, key=FUNNEL.index) if later in FUNNEL else best
    for turn in range(rng.choice((1, 1, 1, 2))):
        if rng.random() < CLOSE_RATES[best] * 1.5:
            _write_deal(scribe, f"deal-{lead_id}-{turn}", lead_id, start)


def _write_deal(scribe: Scribe, deal_id: str, lead_id: str, start: datetime) -> None:
    """One deal: proposed, perhaps negotiated, then won, lost, or won, lost and won again."""
    rng = scribe.rng
    money = _money(rng)
    days = rng.expovariate(1 / 45)
    path = rng.choice(
        (
            ("proposal", "won"),
            ("proposal", "won"),
            ("proposal", "negotiation", "won"),
            ("proposal", "negotiation", "won", "invoiced"),
            ("proposal", "lost"),
            ("proposal", "won", "lost", "won"),
            ("proposal", "won", "lost", "negotiation"),
            ("won",),
        )
    )
    for step, stage in enumerate(path):
        moment = start + timedelta(seconds=int((days * (step + 1) / len(path) + 30 * max(0, step - 1)) * 86400))
        if moment < LANDED_AT:
            scribe.deal(deal_id, lead_id if step in (0, 2) else "", stage, moment, money if step != 1 else ("", ""))
        if rng.random() < 0.2:
            money = _money(rng)


def _money(rng: Random) -> tuple[str, str]:
    """An amount and its currency; some have no amount, and pounds had no rate before October 2025."""
    currency = rng.choice(("USD", "USD", "", "", "EUR", "EUR", "GBP"))
    amount = rng.choice(("", f"{rng.uniform(2000, 30000):.2f}", f"{rng.uniform(2000, 30000):.2f}", "12000", "7500.005"))
    return amount, currency
