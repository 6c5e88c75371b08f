"""Merges: which landed ones count, and who a record is on a day (section 3 of the specification of records)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tests.oracle.dates import local_date, start_of_day
from tests.oracle.inputs import Inputs, LandedMerge
from tests.oracle.records import is_in_future

Identities = Mapping[str, str]  # record -> the one that stands for all records that are one with it


@dataclass(frozen=True, order=True)
class Merge:
    """A merge or its undoing, in the order of time."""

    occurred_at: datetime
    event_id: str
    feed_order: int
    feed: str
    record_type: str
    from_id: str
    into_id: str
    is_undone: bool
    date: date


@dataclass(frozen=True)
class Judged:
    """What became of a landed merge; one that only waits for its day `counts` from that on."""

    merge: Merge
    fate: str
    counts: bool


def judge_merges(inputs: Inputs) -> Iterator[Judged]:
    """Every landed merge; of the rows of an id the first counts, or in a feed with corrections the last."""
    same_id: dict[tuple[str, str], list[Merge]] = defaultdict(list)
    for row in sorted(inputs.merges, key=lambda row: (row.file_number, row.row_number)):
        same_id[row.feed, row.event_id].append(_read(row, inputs))
    replacing = {feed.name for feed in inputs.feeds if feed.replaces_events}
    for (feed, _), rows in same_id.items():
        if feed in replacing:
            yield from (Judged(merge, "superseded", counts=False) for merge in rows[:-1])
            yield _judge(rows[-1], [], inputs)
        else:
            yield from (_judge(merge, rows[:number], inputs) for number, merge in enumerate(rows))


def _judge(merge: Merge, earlier: list[Merge], inputs: Inputs) -> Judged:
    if merge in earlier:
        return Judged(merge, "replayed", counts=False)
    if merge.from_id == merge.into_id:
        return Judged(merge, "self_merge", counts=False)
    if is_in_future(merge.date, inputs):
        return Judged(merge, "occurred_in_future", counts=not earlier)
    return Judged(merge, "conflicting_duplicate" if earlier else "accepted", counts=not earlier)


def _read(row: LandedMerge, inputs: Inputs) -> Merge:
    moment = row.occurred_at
    if row.occurred_date is not None:
        moment = start_of_day(row.occurred_date, inputs.parameters.zone)
    if moment is None:
        raise ValueError(f"{row.feed} {row.event_id}: neither a stamp nor a date")
    return Merge(
        moment,
        row.event_id,
        next(order for order, feed in enumerate(inputs.feeds) if feed.name == row.feed),
        row.feed,
        row.record_type,
        row.from_id,
        row.into_id,
        row.action == "unmerge",
        local_date(moment, inputs.parameters.zone),
    )


def edges_on(merges: Iterable[Merge], record_type: str, day: date) -> list[Merge]:
    """The merges in force on a day: of each pair of records the last row up to it, unless that is an undoing."""
    last: dict[tuple[str, str], Merge] = {}
    for merge in sorted(merges):
        if merge.record_type == record_type and merge.date <= day:
            last[merge.from_id, merge.into_id] = merge
    return sorted(merge for merge in last.values() if not merge.is_undone)


def identities_on(merges: Iterable[Merge], record_type: str, day: date) -> Identities:
    """Who each record of a merge that is in force on the day is; all others are themselves."""
    edges = edges_on(merges, record_type, day)
    identities: dict[str, str] = {}
    for edge in edges:
        if edge.from_id not in identities:
            records = _walk(edge.from_id, edges)
            winners = records - {one.from_id for one in edges}
            latest = max(one for one in edges if one.from_id in records)
            identities |= dict.fromkeys(records, min(winners) if len(winners) == 1 else latest.into_id)
    return identities


def _walk(start: str, edges: Iterable[Merge]) -> set[str]:
    """All records that edges connect with one, in whichever direction."""
    neighbors: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        neighbors[edge.from_id].add(edge.into_id)
        neighbors[edge.into_id].add(edge.from_id)
    found, waiting = {start}, [start]
    while waiting:
        new = neighbors[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def add_related(known: set[str], merges: Iterable[Merge]) -> set[str]:
    """The leads that were, or will be, one with a known lead on any day."""
    counted = list(merges)
    related = set(known)
    for day in {merge.date for merge in counted}:
        identities = identities_on(counted, "lead", day)
        persons = {identities[record] for record in known & identities.keys()}
        related |= {record for record, person in identities.items() if person in persons}
    return related


def count_merged_records(merges: Iterable[Merge], day: date) -> Iterator[str]:
    """The feed of each merge in force, once for each record that it names and that counts as another one."""
    counted = list(merges)
    for record_type in ("lead", "deal"):
        identities = identities_on(counted, record_type, day)
        named = {
            (edge.feed, one) for edge in edges_on(counted, record_type, day) for one in (edge.from_id, edge.into_id)
        }
        yield from (feed for feed, record in named if identities[record] != record)
