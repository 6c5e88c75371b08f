"""The merges of the generated company: ordinary ones, and one small, named case after the other."""

from collections.abc import Sequence
from datetime import date, timedelta

from tests.oracle.dataset_files import FeedFiles, Line

MERGES = "1_merges.csv"
AGAIN = "2_again.csv"
EVERY = 12  # one lead or deal in so many is merged into the next
FIRST_DAY = date(2024, 12, 1)

# event_id, record_type, from_id, into_id, occurred_at, action
ODDITIES = (
    # A chain whose end comes first, a cycle, and two winners of one loser.
    ("chain-2", "lead", "up-5", "chain-end", "2026-03-01T09:00:00Z", "merge"),
    ("chain-1", "lead", "up-1", "up-5", "2026-02-01T09:00:00Z", ""),
    ("cycle-1", "lead", "edge-1", "edge-2", "2025-06-01", ""),
    ("cycle-2", "lead", "edge-2", "edge-1", "2025-07-01", ""),
    ("winner-1", "lead", "tie-1", "tie-2", "2025-08-01", ""),
    ("winner-2", "lead", "tie-1", "tie-3", "2025-08-01", ""),
    # Undone on the last day of a month, in New York; and merged again.
    ("undone-1", "lead", "edge-3", "edge-4", "2025-12-01", ""),
    ("undone-2", "lead", "edge-3", "edge-4", "2026-02-01T04:59:59Z", "unmerge"),
    ("undone-3", "lead", "edge-3", "edge-4", "2026-04-01", "merge"),
    # Two customers who are one, and two of their deals.
    ("customers", "lead", "two-deals", "two-on-a-day", "2025-10-01", ""),
    # A contact that never qualified, and one that only a deal names.
    ("never", "lead", "never-qualified", "late-lead", "2025-10-01", ""),
    ("unknown", "lead", "nobody-knows", "late-lead", "2025-10-01", ""),
    # Quarantine, and what lands again.
    ("itself", "lead", "edge-5", "edge-5", "2025-10-01", ""),
    ("ahead", "lead", "edge-5", "edge-6", "2026-06-30T04:00:00Z", ""),
    ("same", "lead", "edge-6", "edge-7", "2026-05-01", ""),
    ("same", "lead", "edge-6", "edge-5", "2026-05-01", ""),
)
REJECTED = (
    ("bad-1", "contact", "edge-5", "edge-6", "2026-05-01", ""),
    ("bad-2", "lead", "edge-5", "edge-6", "2026-05-01", "split"),
    ("bad-3", "lead", "edge-5", "", "2026-05-01", ""),
)
NAMES = ("event_id", "record_type", "from_id", "into_id", "occurred_at", "action")


def write_merges(feed: FeedFiles, others: Sequence[FeedFiles]) -> None:
    """Merges of records of the other feeds."""
    for record_type, kind in (("lead", "lead_events"), ("deal", "deal_events")):
        column = f"{record_type}_id"
        lines = [line for other in others if other.kind == kind for name in other.files for line in other.files[name]]
        ids = sorted({line.cells[column] for line in lines if line.cells[column].startswith(("lead-", "deal-lead-"))})
        for number in range(0, len(ids) - 1, EVERY):
            day = FIRST_DAY + timedelta(days=number * 37 % 550)
            feed.add(MERGES, _line((f"{record_type}-{number}", record_type, *ids[number : number + 2], str(day), "")))
    feed.add(MERGES, *map(_line, ODDITIES))
    feed.add(AGAIN, _line(("same", "lead", "edge-6", "edge-7", "2026-05-01T04:00:00Z", "merge")))
    feed.add(AGAIN, *(Line(_line(cells).cells, rejected=True) for cells in REJECTED))


def _line(cells: Sequence[str]) -> Line:
    return Line(dict(zip(NAMES, cells, strict=True)))
