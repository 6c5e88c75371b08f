"""What changed since the last pull: records themselves, what belongs to them, and what was deleted for good."""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from itertools import takewhile

from lead_sla.crm.moments import read_moment, show_moment
from lead_sla.crm.salesforce.client import Row
from lead_sla.crm.salesforce.objects import SObject
from lead_sla.crm.salesforce.reading import moment_of, read_changed, read_ids
from lead_sla.crm.salesforce.targets import Target, archive
from lead_sla.formatting import show_count

OVERLAP = timedelta(minutes=15)  # a long transaction is seen when it ends, with the moments at which it changed rows
SKEW = timedelta(hours=1)  # between the clock of this machine and that of Salesforce, and the overlap
CHANGES = "changes"


def pull_changes(target: Target) -> None:
    """Read the records that changed since the last one that has landed; the first time all of them."""
    reached = _last_until(target, CHANGES)
    since = _go_back(reached)
    count = 0
    settled = _settled(target)
    for rows in read_changed(target.org, target.schema, target.sobject, since, settled):
        until = _until(rows, settled)
        window = {"from": since, "until": until, "segment": target.segment}
        target.write(CHANGES, window, rows, is_ahead=until > (reached or ""))
        count += len(rows)
        target.report(f"{target.name}: {show_count(count, 'record')} read, changed until {until[:16]}{_left(target)}.")


def pull_belonging(owner: Target, kind: str, sobject: SObject, read_owners: Callable[[Sequence[Row]], None]) -> None:
    """Read the records again to which something was added, or of which something was changed or taken away.

    Args:
        owner: the folder that says in its slices how far this has come.
        kind: of these slices.
        sobject: what belongs to the records.
        read_owners: reads the records of some rows again.
    """
    headers = owner.statements.folder.headers()
    if not headers or not owner.schema.has(sobject):
        return
    reached = _last_until(owner, kind)
    # The first time, what was there when the records were first read came with them.
    since = _go_back(reached) or show_moment(headers[0].begun_at - SKEW)
    if reached is None:
        owner.statements.write(kind, {"from": since, "until": since}, [])
    reached = reached or since
    settled = _settled(owner)
    for rows in read_changed(owner.org, owner.schema, sobject, since, settled):
        read_owners(rows)
        until = _until(rows, settled)
        if until > reached:
            owner.statements.write(kind, {"from": since, "until": until}, [])
            reached = until


def sweep(target: Target, read_related: Callable[[Collection[str]], None]) -> None:
    """Compare the ids of all records with what has landed; read those that differ, and write those that are gone.

    Args:
        target: the folder.
        read_related: reads what has lost something together with records that are gone.
    """
    known = target.statements.known
    target.report(f"{target.name}: comparing all ids with what has landed, which happens once a week.")
    listed: set[str] = set()
    differing: list[str] = []
    for row in read_ids(target.org, target.sobject):
        record_id = str(row["Id"])
        listed.add(record_id)
        if record_id not in known or known[record_id].version < moment_of(row):
            differing.append(record_id)
    target.write_read("differing", differing)
    gone = [
        one
        for one, statement in known.items()
        if one not in listed and not statement.is_archived and not target.merged_into(one)
    ]
    read_related(gone)
    target.rewrite("gone", dict.fromkeys(gone, archive))
    target.statements.write("sweep", {}, [])
    target.report(f"{target.name}: {show_count(len(differing), 'record')} read again, {len(gone):,} gone.")


def _last_until(target: Target, kind: str) -> str | None:
    """Up to which moment everything has landed; what was read without the field of the segment does not count."""
    # A slice of records that were read again, because of what belongs to them, has no window.
    windows = [one.window for one in target.statements.folder.headers() if one.kind == kind and "until" in one.window]
    last = takewhile(lambda window: window.get("segment", target.segment) == target.segment, reversed(windows))
    return max((until for window in last if (until := window["until"])), default=None)


def _settled(target: Target) -> str:
    """What changed before this moment did not do so while it was read."""
    return show_moment(target.begun_at - SKEW)


def _until(rows: Sequence[Row], settled: str) -> str:
    """Up to which moment everything has been read; what changed in the meantime is read again by the next pull."""
    moments = (moment_of(row) for row in reversed(rows))
    return next((moment for moment in moments if moment < settled), settled)


def _go_back(reached: str | None) -> str | None:
    return show_moment(read_moment(reached) - OVERLAP) if reached else None


def _left(target: Target) -> str:
    left = target.org.calls_left
    return "" if left is None else f", {show_count(left, 'call')} left today"
