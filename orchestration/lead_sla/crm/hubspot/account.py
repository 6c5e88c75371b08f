"""A pull of one HubSpot account: each object after the other, from where its landed slices end."""

from collections.abc import Callable, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from lead_sla.crm.clock import Clock
from lead_sla.crm.hubspot.archived import read_archived
from lead_sla.crm.hubspot.associations import compare_associations
from lead_sla.crm.hubspot.backfill import read_list
from lead_sla.crm.hubspot.changes import read_changes
from lead_sla.crm.hubspot.checking import require_segment
from lead_sla.crm.hubspot.client import HubSpot
from lead_sla.crm.hubspot.object_pull import ObjectPull
from lead_sla.crm.hubspot.objects import DEALS, contacts
from lead_sla.crm.hubspot.sweep import sweep
from lead_sla.crm.merges import Merges
from lead_sla.crm.moments import floor_moment, read_moment
from lead_sla.crm.slices import Slice, SliceFolder
from lead_sla.crm.statements import Statements
from lead_sla.crm.sweeps import is_sweep_due
from lead_sla.inputs.crm_sources import CrmSource
from lead_sla.settings import Settings

SOURCE = "hubspot"


def pull_account(
    settings: Settings, source: CrmSource, hubspot: HubSpot, clock: Clock, report: Callable[[str], None]
) -> dict[str, int]:
    """Read what is new of contacts and deals, and return how many lines were written to each folder.

    Raises:
        PullError: HubSpot could not be read to the end; what was written is kept.
    """
    begun_at = floor_moment(clock.now())
    folder = settings.landing_dir / SOURCE
    today = begun_at.astimezone(ZoneInfo(settings.business_timezone)).date().isoformat()
    merges_folder = SliceFolder(folder / "merges", SOURCE, begun_at)
    merges = Merges(merges_folder, today)
    require_segment(hubspot, source)
    written: dict[str, int] = {}
    for crm_object, segment in ((contacts(source.segment), source.segment), (DEALS, None)):
        slices = SliceFolder(folder / crm_object.name, SOURCE, begun_at)
        statements = Statements(slices)
        _pull_object(ObjectPull(hubspot, crm_object, segment, statements, merges, clock, begun_at, report), slices)
        written[crm_object.name] = slices.written
    return {**written, "merges": merges_folder.written}


def _pull_object(pull: ObjectPull, folder: SliceFolder) -> None:
    headers = folder.headers()
    lists = [one for one in headers if one.kind == "list"]
    # A list that was read without the property of the segment does not count.
    is_usable = bool(lists) and lists[-1].window["segment"] == pull.segment
    if not is_usable or not lists[-1].is_complete:
        read_list(pull, lists[-1] if is_usable else None)
        headers = folder.headers()
    read_changes(pull, _last_until(headers))
    read_archived(pull)
    is_due = is_sweep_due(headers, pull.begun_at)
    if pull.crm_object is DEALS:
        compare_associations(pull, all_deals=is_due)
    if is_due:
        sweep(pull)


def _last_until(headers: Iterable[Slice]) -> datetime:
    """Up to which moment every change has landed: the end of the last window, or the beginning of the last list."""
    untils = [one.window["until"] for one in headers if one.kind == "changes" and one.is_complete]
    lists = [one.window["list_begun_at"] for one in headers if one.kind == "list" and one.is_complete]
    return max(read_moment(text) for text in (*untils, *lists) if text)
