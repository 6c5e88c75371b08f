"""What changed since the last pull, found by searches of windows of time."""

from datetime import datetime, timedelta

from lead_sla.crm.errors import PullError
from lead_sla.crm.hubspot.backfill import read_list
from lead_sla.crm.hubspot.object_pull import ObjectPull
from lead_sla.crm.hubspot.reading import SEARCH_MOST, search
from lead_sla.crm.moments import MILLISECOND, floor_moment, show_moment
from lead_sla.formatting import show_count

INDEX_DELAY = timedelta(minutes=5)  # a search does not know yet what has just changed
OVERLAP = timedelta(minutes=15)  # and sometimes it takes longer
READINGS = 3


class TooManyAtOnceError(Exception):
    """More records changed within one millisecond than a search can return, as after an import."""


def read_changes(pull: ObjectPull, last_until: datetime) -> None:
    """Read what changed since the last window that has landed.

    Raises:
        PullError: HubSpot cannot be read on; the windows that were written are kept.
    """
    begin, end = floor_moment(last_until - OVERLAP), floor_moment(pull.begun_at - INDEX_DELAY)
    if end <= last_until:
        return
    name = pull.crm_object.name
    pull.report(f"{name}: reading the changes from {begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC.")
    windows = [(begin, end)]
    while windows:
        begin, end = windows.pop()
        try:
            ids = _find(pull, begin, end)
        except TooManyAtOnceError:
            pull.report(
                f"{name}: more than {SEARCH_MOST:,} changed at {show_moment(begin)}, which no search can return; "
                "reading the list of all records instead."
            )
            read_list(pull)
            return
        if ids is None:
            middle = begin + (end - begin) // MILLISECOND // 2 * MILLISECOND
            windows += [(middle, end), (begin, middle)]
            continue
        pull.write_read("changes", {"from": show_moment(begin), "until": show_moment(end)}, ids)
        pull.report(f"{name}: {show_count(len(ids), 'changed record')} until {end:%Y-%m-%d %H:%M} UTC.")


def _find(pull: ObjectPull, begin: datetime, end: datetime) -> set[str] | None:
    """The ids of a window; None if it has to be split.

    A record that changes during the search leaves the window, and those behind it move up by one, so that one at the
    beginning of a page can be missed. What came is compared with the total, and the search repeated.

    Raises:
        TooManyAtOnceError: a millisecond has more records than a search can return.
        PullError: the search of a millisecond never gives as many records as it says.
    """
    is_shortest = end - begin <= MILLISECOND
    ids: set[str] = set()
    for _ in range(READINGS):
        found = search(pull.hubspot, pull.crm_object, begin, end)
        if found.total > SEARCH_MOST:
            if is_shortest:
                raise TooManyAtOnceError
            return None
        ids |= found.ids
        if found.is_complete:
            return ids
    if not is_shortest:
        return None
    raise PullError(
        f"HubSpot says that {show_count(found.total, 'record')} of {pull.crm_object.name} changed at "
        f"{show_moment(begin)}, and gives {len(found.ids):,}, {READINGS} times in a row. What was read until then is "
        "kept; rerun, and report it to HubSpot if it happens again."
    )
