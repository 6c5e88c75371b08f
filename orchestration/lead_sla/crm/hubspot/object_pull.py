"""What a pull does with the records of one object: turns them into statements and writes what is new."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from lead_sla.crm.clock import Clock
from lead_sla.crm.hubspot.client import HubSpot
from lead_sla.crm.hubspot.contacts import to_contact
from lead_sla.crm.hubspot.deals import choose_contact, cut_off_before, to_deal
from lead_sla.crm.hubspot.objects import DEALS, CrmObject
from lead_sla.crm.hubspot.reading import read_associations, read_batch
from lead_sla.crm.hubspot.values import Record, merged_ids
from lead_sla.crm.merges import Merges, Pair
from lead_sla.crm.slices import SLICE_RECORDS, Line
from lead_sla.crm.statements import Statements

Window = dict[str, str | None]


@dataclass(frozen=True)
class ObjectPull:
    """One object in one pull: where it is read from, and where it is written to."""

    hubspot: HubSpot
    crm_object: CrmObject
    segment: str | None
    statements: Statements
    merges: Merges
    clock: Clock
    begun_at: datetime
    report: Callable[[str], None]

    def write(self, kind: str, window: Window, records: Sequence[Record], *, is_complete: bool = True) -> None:
        """Write a slice of what is new in some records, and before it the merges that they name.

        A pull that is killed between the two reads the records again, so that nothing is lost.
        """
        pairs = [(merged, str(record["id"])) for record in records for merged in merged_ids(record)]
        self.merges.write(self.crm_object.singular, pairs)
        statements = [*self._restore_merged(pairs), *self._to_statements(records)]
        self.statements.write(kind, window, statements, is_complete=is_complete)

    def write_read(self, kind: str, window: Window, ids: Iterable[str], *, is_complete: bool = True) -> None:
        """Read records by their ids and write what is new; in several slices if they are many."""
        remaining = iter(sorted(ids, key=int))
        some = list(islice(remaining, SLICE_RECORDS))
        while True:
            following = list(islice(remaining, SLICE_RECORDS))
            records = read_batch(self.hubspot, self.crm_object, some)
            self.write(kind, window, records, is_complete=is_complete and not following)
            if not following:
                return
            some = following

    def write_gone(self, kind: str, ids: Collection[str], *, is_complete: bool = True) -> None:
        """Write that records are gone, and with each the records that it has taken in, whose events are its own."""
        present = {one for one in ids if self.is_present(one)}
        merged = self.merges.find_merged(self.crm_object.singular, present)
        known = self.statements.known
        lost = {one for one in merged - present if one in known and not known[one].is_archived}
        # These first: a pull that is killed between two slices finds what is left by those that are still present.
        gone = [*sorted(lost, key=int), *sorted(present, key=int)]
        for start in range(0, len(gone), SLICE_RECORDS):
            current = self.statements.read_current(gone[start : start + SLICE_RECORDS])
            lines = [{**line, "archived": True} for line in current.values()]
            self.statements.write(kind, {}, lines, is_complete=is_complete)

    def is_present(self, record_id: str) -> bool:
        """Whether a record has landed, is not gone, and was not merged into another."""
        known = self.statements.known.get(record_id)
        is_merged = self.merges.is_merged(self.crm_object.singular, record_id)
        return known is not None and not known.is_archived and not is_merged

    def _restore_merged(self, pairs: Iterable[Pair]) -> list[Line]:
        """A record that seemed to be gone, but was merged: what it stated holds for the one that has taken it in."""
        known = self.statements.known
        wrong = [merged for merged, _ in pairs if merged in known and known[merged].is_archived]
        return [{**line, "archived": False} for line in self.statements.read_current(wrong).values()]

    def _to_statements(self, records: Sequence[Record]) -> list[Line]:
        if self.crm_object is not DEALS:
            return [to_contact(record, self.crm_object, self.segment) for record in records]
        contacts = read_associations(self.hubspot, [str(record["id"]) for record in records])
        landed = self.statements.read_current([str(record["id"]) for record in records if cut_off_before(record)])
        return [
            to_deal(
                record,
                choose_contact(contacts.get(str(record["id"]), set())),
                landed.get(str(record["id"]), {}).get("history", ()),
            )
            for record in records
        ]
