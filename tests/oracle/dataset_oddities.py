"""The oddities of the generated company: one small, named case after the other."""

from collections.abc import Mapping, Sequence
from random import Random

from tests.oracle.dataset_files import FeedFiles, Line

ODDITIES = "2_oddities.csv"
AGAIN = "3_again.csv"

# event_id, lead_id, event_type, occurred_at, segment
WEBSITE = (
    # The business day ends at midnight in New York, whatever the zone of the stamp and around clock changes.
    ("edge-1", "edge-1", "whitepaper", "2025-04-01T03:30:00Z", "amer"),
    ("edge-2", "edge-2", "whitepaper", "2025-04-01T04:00:00Z", "amer"),
    ("edge-3", "edge-3", "webinar", "2025-03-09T04:59:59Z", "emea"),
    ("edge-4", "edge-4", "webinar", "2025-11-02T04:00:00.000001Z", "emea"),
    ("edge-5", "edge-5", "demo", "2025-11-03 04:59", "apac"),
    ("edge-6", "edge-6", "demo", "2026-06-18T03:59:59Z", "apac"),
    ("edge-7", "edge-7", "demo", "2026-06-18T04:00:00Z", "apac"),
    # The same instant: the higher rank comes first, then the smaller event_id, then the earlier feed.
    ("tie-1a", "tie-1", "whitepaper", "2025-06-10T15:00:00Z", "amer"),
    ("tie-1b", "tie-1", "demo", "2025-06-10T15:00:00Z", "emea"),
    ("tie-2b", "tie-2", "webinar", "2025-06-10", "emea"),
    ("tie-2a", "tie-2", "webinar", "2025-06-10T04:00:00Z", "apac"),
    ("tie-3", "tie-3", "webinar", "2025-06-11T04:00:00Z", "emea"),
    # Up, down and up again, over month ends; the last one comes after the customer date and does not count.
    ("up-1", "up-1", "whitepaper", "2025-12-03", "amer"),
    ("up-2", "up-1", "contact_form", "2025-12-31", "emea"),
    ("up-3", "up-1", "webinar", "2026-01-01", "emea"),
    ("up-4", "up-1", "demo", "2026-02-02", "emea"),
    ("up-5", "up-5", "whitepaper", "2026-01-05", "apac"),
    ("up-6", "up-5", "webinar", "2026-02-10T20:00:00Z", "apac"),
    ("up-7", "up-5", "demo", "2026-02-11T20:00:00Z", "apac"),
    # Contacts for the deals below.
    ("two-1", "two-deals", "contact_form", "2025-08-04T09:00:00Z", "emea"),
    ("two-2", "two-on-a-day", "contact_form", "2025-08-05T09:00:00Z", ""),
    ("two-3", "two-at-once", "contact_form", "2025-08-06T09:00:00Z", "unassigned"),
    ("late-1", "late-lead", "demo", "2025-09-10T09:00:00Z", "amer"),
    ("never-1", "never-qualified", "page_visit", "2025-09-10T09:00:00Z", "amer"),
    ("future-lead", "future-lead", "demo", "2026-06-25T09:00:00Z", "amer"),
    # Quarantine. Landed on 28 June: the 29th is still believed, the 30th is not.
    ("bad-1", "bad-1", "fax", "2025-05-05", "amer"),
    ("bad-2", "bad-2", "demo", "2025-05-05", "all"),
    ("bad-3", "bad-3", "demo", "2026-06-30T04:00:00Z", "amer"),
    ("fine-3", "fine-3", "demo", "2026-06-30T03:59:59Z", "amer"),
    ("bad-4", "bad-4", "fax", "2030-01-01", "all"),
    # Dates begin in 1990, at midnight in New York.
    ("bad-5", "bad-5", "demo", "0020-03-05", "amer"),
    ("bad-6", "bad-6", "demo", "1990-01-01T04:59:59Z", "amer"),
    # Replays and conflicts within one file: a default spelled out, the same instant in other words.
    ("same-1", "same-1", "webinar", "2026-06-03", ""),
    ("same-1", "same-1", "webinar", "2026-06-03T00:00:00-04:00", "unassigned"),
    ("same-2", "same-2", "webinar", "2026-06-03T12:00:00Z", "amer"),
    ("same-2", "same-2", "demo", "2026-06-03T12:00:00Z", "amer"),
    ("same-2", "same-2", "demo", "2026-06-03T12:00:00Z", "amer"),
    ("same-2", "same-2", "webinar", "2026-06-03 12:00:00", "amer"),
    ("same-3", "same-3", "fax", "2026-06-03", "amer"),
    ("same-3", "same-3", "demo", "2026-06-03", "amer"),
    ("same-4", "same-4", "demo", "2026-06-03", "amer"),
    ("same-4", "same-4", "fax", "2026-06-03", "amer"),
    # The smallest letter sorts after every capital: ids are compared by their bytes.
    ("case-a", "case", "webinar", "2026-05-05T10:00:00Z", "emea"),
    ("case-B", "case", "webinar", "2026-05-05T10:00:00Z", "amer"),
)
FAIRS = (
    ("tie-3", "tie-3", "webinar", "2025-06-11T09:30:00", "apac"),
    ("same-1", "other-feed", "whitepaper", "2026-06-03", ""),
    ("edge-8", "edge-8", "contact_form", "2026-05-01 09:29:59", "emea"),
    ("edge-9", "edge-9", "contact_form", "2026-05-01 09:30:00", "emea"),
)
WEBSITE_REJECTED = (
    ("", "nobody", "demo", "2026-01-01", "amer"),
    ("no-lead", "", "demo", "2026-01-01", "amer"),
    ("no-stamp", "nobody", "demo", "", "amer"),
    ("bad-stamp", "nobody", "demo", "01/02/2026", "amer"),
    ("no-such-day", "nobody", "demo", "2026-02-30", "amer"),
)
# event_id, deal_id, lead_id, stage, amount, currency, occurred_at
CRM = (
    # W15: the rate of the won date, not of the opening, not of today.
    ("eur-1", "eur", "two-deals", "proposal", "10000", "EUR", "2025-08-20"),
    ("eur-2", "eur", "", "won", "", "EUR", "2025-10-02"),
    # Two deals: the first won counts; on one day the earlier stamp; at one instant the smaller deal_id.
    ("second", "second", "two-deals", "won", "1", "", "2025-10-03"),
    ("day-b", "day-b", "two-on-a-day", "won", "2222.22", "", "2025-09-01T13:00:00Z"),
    ("day-a", "day-a", "two-on-a-day", "won", "1111.11", "", "2025-09-01T14:00:00Z"),
    ("once-b", "once-b", "two-at-once", "won", "4444.44", "", "2025-09-02T13:00:00Z"),
    ("once-a", "once-a", "two-at-once", "won", "3333.33", "", "2025-09-02T13:00:00Z"),
    # Won, lost, won; and the present run counts from its first event.
    ("run-1", "run", "up-1", "won", "5000", "", "2025-12-20"),
    ("run-2", "run", "up-1", "lost", "", "", "2026-01-02"),
    ("run-3", "run", "", "won", "6000", "USD", "2026-01-20"),
    ("run-4", "run", "", "invoiced", "", "", "2026-03-03"),
    ("day-of", "day-of", "up-5", "won", "7000", "", "2026-02-10T12:00:00Z"),
    # Not credited: before the lead, without a lead, for a contact that never qualified, for a lead of tomorrow.
    ("early-1", "early", "late-lead", "won", "9000", "", "2025-09-09"),
    ("none-1", "none", "", "won", "9000", "", "2025-09-09"),
    ("none-2", "never", "never-qualified", "won", "9000", "", "2025-09-09"),
    ("none-3", "tomorrow", "future-lead", "won", "9000", "", "2026-06-10"),
    # The same instant: the later stage, then the larger event_id; a full tie goes by feed.
    ("tie-b", "tie-a", "edge-1", "lost", "", "", "2025-05-02T10:00:00Z"),
    ("tie-a", "tie-a", "edge-1", "won", "8000", "", "2025-05-02T10:00:00Z"),
    ("tie-d", "tie-c", "edge-2", "won", "8100", "", "2025-05-03T10:00:00Z"),
    ("tie-c", "tie-c", "edge-2", "won", "8200", "", "2025-05-03T10:00:00Z"),
    ("tie-e", "tie-e", "edge-3", "won", "8300", "", "2025-05-04T10:00:00Z"),
    # The deal finds its lead late, and another one later still; its events are in two feeds.
    ("moves-1", "moves", "edge-4", "won", "8500", "", "2025-12-01"),
    ("moves-3", "moves", "", "invoiced", "", "", "2026-02-01"),
    # Worth: a free deal is 0, not null; pounds without a rate, and no amount at all, are null.
    ("free", "free", "edge-5", "won", "0", "", "2026-01-15"),
    ("pounds", "pounds", "edge-8", "won", "1000", "GBP", "2026-05-02"),
    # Quarantine, also with two reasons.
    ("bad-1", "bad", "edge-1", "signed", "1", "", "2025-05-05"),
    ("bad-2", "bad", "ghost", "won", "1", "", "2025-05-05"),
    ("bad-3", "bad", "bad-1", "won", "1", "", "2025-05-05"),
    ("bad-4", "bad", "edge-1", "won", "-0.01", "", "2025-05-05"),
    ("bad-5", "bad", "edge-1", "won", "1", "CHF", "2025-05-05"),
    ("bad-6", "bad", "edge-1", "won", "", "CHF", "2025-05-05"),
    ("bad-7", "bad", "edge-1", "won", "1", "", "2027-05-05"),
    ("bad-10", "bad", "bad-3", "won", "1", "", "2025-05-05"),  # a lead whose day has not come
    ("bad-9", "bad", "edge-1", "won", "1", "", "0020-03-05"),
    ("bad-8", "bad", "ghost", "signed", "-1", "CHF", "2027-05-05"),
    ("same-1", "same", "edge-9", "won", "1500.004", "", "2026-06-09"),
    ("same-1", "same", "edge-9", "won", "1500", "USD", "2026-06-09T04:00:00Z"),
    ("same-1", "same", "edge-9", "won", "1500.005", "", "2026-06-09"),
)
PARTNERS = (
    ("tie-e", "tie-e", "edge-3", "won", "8400", "", "2025-05-04T10:00:00Z"),
    ("moves-2", "moves", "edge-5", "negotiation", "8600", "EUR", "2026-01-01"),
    ("moves-4", "moves", "", "won", "", "", "2026-01-31"),
)
CRM_REJECTED = (
    ("bad-amount", "x", "", "won", "1,000.00", "", "2026-01-01"),
    ("nan-amount", "x", "", "won", "NaN", "", "2026-01-01"),
    ("no-stage", "x", "", "", "1", "", "2026-01-01"),
    ("no-deal", "", "", "won", "1", "", "2026-01-01"),
)

LEAD_CELLS = ("event_id", "lead_id", "event_type", "occurred_at", "segment")
DEAL_CELLS = ("event_id", "deal_id", "lead_id", "stage", "amount", "currency", "occurred_at")


def write_oddities(feeds: Sequence[FeedFiles]) -> None:
    """Every named case, each in its feed; `feeds` in the order of `generate`."""
    website, crm, fairs, partners = feeds
    for feed, cells, rows, rejected in (
        (website, LEAD_CELLS, WEBSITE, False),
        (website, LEAD_CELLS, WEBSITE_REJECTED, True),
        (fairs, LEAD_CELLS, FAIRS, False),
        (crm, DEAL_CELLS, CRM, False),
        (crm, DEAL_CELLS, CRM_REJECTED, True),
        (partners, DEAL_CELLS, PARTNERS, False),
    ):
        feed.add(ODDITIES, *(Line(dict(zip(cells, row, strict=True)), rejected) for row in rows))


def write_again(feeds: Sequence[FeedFiles], rng: Random) -> None:
    """Some rows of every earlier file once more: as they were, or with other content under the same id."""
    for feed in feeds:
        earlier = [line for lines in feed.files.values() for line in lines if not line.rejected]
        for line in rng.sample(earlier, max(3, len(earlier) // 20)):
            feed.add(AGAIN, Line(line.cells if rng.random() < 0.6 else _altered(line.cells, rng)))


def _altered(cells: Mapping[str, str], rng: Random) -> Mapping[str, str]:
    """The same event_id with other content."""
    if "deal_id" in cells:
        return {**cells, **rng.choice(({"amount": "4321"}, {"stage": "lost"}, {"occurred_at": "2026-03-03"}))}
    return {**cells, **rng.choice(({"event_type": "demo"}, {"segment": "emea"}, {"channel": "mail"}))}
