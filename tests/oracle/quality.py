"""`rpt_data_quality`: what became of every landed row, and what is odd about the accepted ones (section 10)."""

from collections import Counter
from collections.abc import Iterable

from tests.oracle.cards import Booking
from tests.oracle.events import REASONS, Staged
from tests.oracle.inputs import Inputs, Row
from tests.oracle.leads import World
from tests.oracle.merges import count_merged_records
from tests.oracle.records import withdrawn_records

ISSUES = ("won_before_lead", "deal_without_lead", "unpriced_points", "unpriced_value")
RECORDS = ("records_current", "records_withdrawn", "merged_records")
ALL_REASONS = (
    "landed",
    "accepted",
    "replayed",
    "superseded",
    "withdrawn",
    "rejected",
    "filtered",
    *REASONS,
    *ISSUES,
    *RECORDS,
)


def quality_rows(staged: Staged, world: World, booked: Iterable[Booking], inputs: Inputs) -> list[Row]:
    """A row for every feed and every reason, also where nothing happened; `world` is that of `as_of_date`."""
    counts: Counter[tuple[str, str]] = Counter()
    for name, fates in staged.fates.items():
        for fate, rows in fates.items():
            counts[name, fate] += rows
            counts[name, "landed"] += rows
    for feed in inputs.feeds:
        counts[feed.name, "rejected"] += feed.rejected
    counts.update(_count_records(inputs))
    counts.update((feed, "merged_records") for feed in count_merged_records(staged.merges, world.cut))
    counts.update(_uncredited(world))
    for booking in booked:
        counts[booking.feed, "unpriced_points"] += booking.unpriced_points
        counts[booking.feed, "unpriced_value"] += booking.unpriced_value
    return [
        {"feed": feed.name, "reason": reason, "row_count": counts[feed.name, reason]}
        for feed in inputs.feeds
        for reason in ALL_REASONS
    ]


def _uncredited(world: World) -> Iterable[tuple[str, str]]:
    """The feed and the issue of every won deal that can be credited to no lead."""
    lead_dates = {lead.lead_id: lead.lead_date for lead in world.leads}
    for deal in world.deals:
        if deal.won_date is None:
            continue
        if deal.lead_id is None or deal.lead_id not in lead_dates:
            yield deal.latest_feed, "deal_without_lead"
        elif deal.won_date < lead_dates[deal.lead_id]:
            yield deal.latest_feed, "won_before_lead"


def _count_records(inputs: Inputs) -> Iterable[tuple[str, str]]:
    """The feed of every record of a record feed, and whether it is there or gone."""
    kinds = {feed.name: feed.kind for feed in inputs.feeds}
    for (feed, _), is_gone in withdrawn_records(inputs).items():
        if kinds[feed] in ("lead_records", "deal_records"):
            yield feed, "records_withdrawn" if is_gone else "records_current"
