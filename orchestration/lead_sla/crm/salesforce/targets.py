"""What a pull does with the records of one object: turns them into statements and writes what is new."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lead_sla.crm.merges import UNMERGE, Merges, Pair
from lead_sla.crm.moments import normalize_moment
from lead_sla.crm.salesforce.client import Org, Row
from lead_sla.crm.salesforce.objects import WITH_SEGMENT, SObject
from lead_sla.crm.salesforce.people import text_of
from lead_sla.crm.salesforce.reading import moment_of, read_by
from lead_sla.crm.salesforce.schema import Schema
from lead_sla.crm.salesforce.soql import IDENTIFIER
from lead_sla.crm.slices import SLICE_RECORDS, Line
from lead_sla.crm.statements import Statements

PREFIX = 3  # characters of an id that say of which object it is
Window = Mapping[str, str | None]


@dataclass(frozen=True)
class Target:
    """A folder that a pull fills, from the records of one object.

    Attributes:
        name: of the folder.
        singular: as merges have it.
        sobject: the object.
        statements: what has landed.
        merges: the merges that have landed.
        begun_at: when the pull began.
        to_lines: turns records into statements.
        report: is called with a line for each step.
    """

    org: Org
    schema: Schema
    name: str
    singular: str
    sobject: SObject
    statements: Statements
    merges: Merges
    begun_at: datetime
    to_lines: Callable[[Sequence[Row]], list[Line]]
    report: Callable[[str], None]

    @property
    def segment(self) -> str | None:
        """The field with the segment, of an object that has one."""
        return self.schema.segment if self.sobject in WITH_SEGMENT else None

    def write(self, kind: str, window: Window, rows: Sequence[Row], *, is_ahead: bool) -> None:
        """Write a slice of what is new in some records, and before it their merges.

        A pull that is killed between the two reads the records again, so that nothing is lost.

        Args:
            kind: of the slice.
            window: what it covers.
            rows: the records.
            is_ahead: whether the window itself has to be known, also if nothing is new in it.
        """
        self._write_merges(rows)
        lines = self.to_lines(rows)
        if is_ahead:
            self.statements.write(kind, window, lines)
        else:
            self.statements.write_new(kind, window, lines)

    def write_read(self, kind: str, ids: Iterable[str]) -> int:
        """Read records by their ids and write what is new; returns how many were read."""
        every = sorted(set(ids))
        for start in range(0, len(every), SLICE_RECORDS):
            some = every[start : start + SLICE_RECORDS]
            rows = list(read_by(self.org, self.schema, self.sobject, IDENTIFIER, some))
            self.write(kind, {}, rows, is_ahead=False)
        return len(every)

    def rewrite(self, kind: str, changes: Mapping[str, Callable[[Line], Line]]) -> None:
        """Write how records stand whose own values are the same, but not what follows from other records."""
        every = sorted(changes)
        for start in range(0, len(every), SLICE_RECORDS):
            current = self.statements.read_current(every[start : start + SLICE_RECORDS])
            self.statements.write_new(kind, {}, [changes[one](line) for one, line in sorted(current.items())])

    def is_gone(self, row: Row) -> bool:
        """Whether a record was deleted, and not merged into one that is there."""
        if not row["IsDeleted"]:
            return False
        known = self.statements.known
        master = text_of(row, "MasterRecordId")
        if master is None:
            return True
        last = self.master_of(master)
        mine = known.get(str(row[IDENTIFIER]))
        return known[last].is_archived if last in known else mine is not None and mine.is_archived

    def master_of(self, record_id: str) -> str:
        """The record at the end of a chain of merges of this object."""
        seen = {record_id}
        while masters := [one for one in self.merged_into(record_id) if one not in seen]:
            record_id = max(masters)
            seen.add(record_id)
        return record_id

    def merged_into(self, record_id: str) -> Collection[str]:
        """The records of this object that have taken one in."""
        into = self.merges.into(self.singular, record_id)
        return [one for one in into if one[:PREFIX] == record_id[:PREFIX]]

    def correct_merged(self) -> None:
        """A record that was merged is there as long as the one that has taken it in."""
        known = self.statements.known
        changes: dict[str, Callable[[Line], Line]] = {}
        for name, merged, _ in self.merges.known:
            if name != self.singular or merged not in known or not self.merged_into(merged):
                continue
            last = known.get(self.master_of(merged))
            is_gone = last is None or last.is_archived
            if is_gone != known[merged].is_archived:
                changes[merged] = archive if is_gone else _restore
        self.rewrite("merged", changes)

    def _write_merges(self, rows: Iterable[Row]) -> None:
        merged: dict[Pair, str] = {}
        undone: dict[Pair, str] = {}
        for row in rows:
            record_id, master = str(row[IDENTIFIER]), text_of(row, "MasterRecordId")
            if master and row["IsDeleted"]:
                merged[record_id, master] = moment_of(row)
            elif not row["IsDeleted"]:
                undone.update({(record_id, one): moment_of(row) for one in self.merged_into(record_id)})
            contact, day = text_of(row, "ConvertedContactId"), text_of(row, "ConvertedDate")
            if contact:
                merged[record_id, contact] = day or normalize_moment(str(row["SystemModstamp"]))
        self.merges.write_dated(self.singular, merged)
        self.merges.write_dated(self.singular, undone, UNMERGE)


def archive(line: Line) -> Line:
    """A record that is gone."""
    return {**line, "archived": True}


def _restore(line: Line) -> Line:
    return {**line, "archived": False}
