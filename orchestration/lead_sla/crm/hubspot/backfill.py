"""Reading the whole list of an object: the first time, and when a search cannot find what changed."""

from lead_sla.crm.errors import InvalidCallError, PullError
from lead_sla.crm.hubspot.object_pull import ObjectPull
from lead_sla.crm.hubspot.progress import Progress
from lead_sla.crm.hubspot.reading import count_records, read_pages
from lead_sla.crm.hubspot.values import Record
from lead_sla.crm.moments import show_moment
from lead_sla.crm.slices import SLICE_RECORDS, Slice


def read_list(pull: ObjectPull, unfinished: Slice | None = None) -> None:
    """Read all records of an object, in slices of some thousand, or what an unfinished list has left.

    Raises:
        PullError: HubSpot cannot be read on; the next pull goes on from the last page that was read.
    """
    begun_at = unfinished.window["list_begun_at"] if unfinished else show_moment(pull.begun_at)
    start = unfinished.window["next_after"] if unfinished else None
    name = pull.crm_object.name
    pull.report(f"{name}: {'going on with' if unfinished else 'beginning'} the list of all records.")
    progress = Progress(pull.hubspot, pull.clock, pull.report, name, count_records(pull.hubspot, pull.crm_object))
    read: list[Record] = []
    cursor = start

    def write() -> None:
        window = {"after": start, "next_after": cursor, "list_begun_at": begun_at, "segment": pull.segment}
        pull.write("list", window, read, is_complete=cursor is None)
        progress.add(len(read), is_share_known=unfinished is None)

    pages = read_pages(pull.hubspot, pull.crm_object, start)
    while True:
        try:
            page = next(pages, None)
        except InvalidCallError as error:
            if unfinished is None or cursor != start or read:
                raise
            pull.report(f"{name}: the list cannot be resumed and is read again from the beginning. {error}")
            read_list(pull)
            return
        except PullError:
            if read:
                write()
            raise
        if page is None:
            return
        read.extend(page.records)
        cursor = page.next_after
        if len(read) >= SLICE_RECORDS or cursor is None:
            write()
            read, start = [], cursor
