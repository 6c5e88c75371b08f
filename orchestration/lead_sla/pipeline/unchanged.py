"""Whether a refresh would change nothing, because the last one has seen everything that this one would.

A needless refresh costs seconds, a wrong answer here wrong figures: whatever is not certain counts as a change. This
module must load quickly.
"""

from collections.abc import Callable
from datetime import date, datetime
from itertools import islice

from lead_sla.errors import InputError, LeadSlaError
from lead_sla.inputs.feeds import Feed, load_feeds
from lead_sla.landing.files import find_files, identify
from lead_sla.pipeline.as_of_date import business_day, resolve_as_of_date
from lead_sla.pipeline.refresh_record import RefreshRecord, look_at_home, read_record
from lead_sla.pipeline.run import RefreshOptions
from lead_sla.publishing import current_version
from lead_sla.settings import Settings
from lead_sla.transform.snapshot import take_snapshot
from lead_sla.warehouse import hold_lock


def find_unchanged(
    settings: Settings, options: RefreshOptions, now: datetime, log: Callable[[str], None]
) -> RefreshRecord | None:
    """The last refresh, if another one would give the same; None if something has changed, or may have.

    Args:
        settings: the company.
        options: of the refresh that is asked for.
        now: the moment.
        log: told who holds the warehouse, if this has to wait.

    Raises:
        LockHeldError: the warehouse was not free in time.
    """
    if _read_same_day(settings, options, now) is None:
        return None  # as on every morning; no need to wait for the warehouse
    with hold_lock(settings, "lead-sla refresh", log=log):
        record = _read_same_day(settings, options, now)
        return record if record and _is_unchanged(settings, record) else None


def _is_unchanged(settings: Settings, record: RefreshRecord) -> bool:
    """Whether everything that the refresh has read and left behind is as it was; the caller holds the lock."""
    if _current_run_id(settings) != record.run_id or look_at_home(settings, record.run_id) != record.left_behind:
        return False
    snapshot = take_snapshot(settings)
    return snapshot is not None and snapshot.digest == record.snapshot and _same_landing_files(settings, record)


def _read_same_day(settings: Settings, options: RefreshOptions, now: datetime) -> RefreshRecord | None:
    record = read_record(settings)
    if record is None or options.full_refresh or options.confirm or options.accept_withdrawals:
        return None
    asked = _as_of_date(settings, options, now), business_day(settings.business_timezone, now)
    return record if (record.as_of_date, record.day) == asked else None


def _as_of_date(settings: Settings, options: RefreshOptions, now: datetime) -> date | None:
    try:
        return resolve_as_of_date(options.as_of_date, settings.business_timezone, now)
    except InputError:
        return None  # the refresh reports it


def _current_run_id(settings: Settings) -> str | None:
    try:
        current = current_version(settings)
    except InputError:
        return None  # the refresh replaces it
    return current.run_id if current else None


def _same_landing_files(settings: Settings, record: RefreshRecord) -> bool:
    try:
        feeds = load_feeds(settings.feeds)
        paths = {path: feed for feed in feeds for path in find_files(settings.landing_dir, feed.files)}
        landed = record.landed_files
        return (
            landed.keys() <= paths.keys()
            and not any(_says_something(settings, path, paths[path]) for path in paths.keys() - landed.keys())
            and all(identify(settings.landing_dir, path).file_id == file_id for path, file_id in landed.items())
        )
    except (LeadSlaError, OSError):
        return False  # the refresh reports it


def _says_something(settings: Settings, path: str, feed: Feed) -> bool:
    """Whether a file that has not landed can change anything; each pull writes one, also when nothing is new."""
    if not feed.form.is_slice:
        return True
    with (settings.landing_dir / path).open("rb") as file:
        return len(list(islice(file, 2))) > 1
