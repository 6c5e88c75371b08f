"""The queries that read records: what changed, records by their ids, what belongs to them, and all ids."""

from collections.abc import Iterable, Iterator

from lead_sla.crm.moments import normalize_moment
from lead_sla.crm.salesforce.client import Org, Row
from lead_sla.crm.salesforce.objects import SObject
from lead_sla.crm.salesforce.schema import Schema
from lead_sla.crm.salesforce.soql import IDENTIFIER, KEY, MOMENT, comes_after, is_one_of, quote, select
from lead_sla.crm.slices import SLICE_RECORDS

IDS_AT_ONCE = 400  # of 18 characters, in a URL of at most 16,384 bytes


def read_changed(org: Org, schema: Schema, sobject: SObject, since: str | None, settled: str) -> Iterator[list[Row]]:
    """The records changed at or after a moment, or all of them, in the order of their changes, a slice at a time.

    Each slice is a query of its own, from the last record of the one before; of two that were changed in one second the
    id decides. A record on a later page of the query can have changed since it began, and then has a moment that is
    ahead of its place: to go on from there would skip others. So the next slice goes on from the last one that has
    not changed since `settled`, if there is one.
    """
    where = f"{MOMENT} >= {since}" if since else ""
    while True:
        rows = org.query(select(schema.of(sobject), sobject.name, where, order=KEY, limit=SLICE_RECORDS))
        if rows:
            yield rows
        if len(rows) < SLICE_RECORDS:
            return
        last = next((row for row in reversed(rows) if moment_of(row) < settled), rows[-1])
        where = comes_after(moment_of(last), last[IDENTIFIER])


def read_ids(org: Org, sobject: SObject) -> Iterator[Row]:
    """All records with nothing but their ids and the moment of their last change."""
    where = ""
    while True:
        fields = (IDENTIFIER, MOMENT)
        rows = org.query(select(fields, sobject.name, where, order=IDENTIFIER, limit=SLICE_RECORDS))
        yield from rows
        if len(rows) < SLICE_RECORDS:
            return
        where = f"{IDENTIFIER} > {quote(rows[-1][IDENTIFIER])}"


def read_by(
    org: Org, schema: Schema, sobject: SObject, field: str, ids: Iterable[str], condition: str = ""
) -> Iterator[Row]:
    """The records that have one of some ids in a field; none of an object that the org does not have."""
    if not schema.has(sobject):
        return
    every = sorted(set(ids))
    for start in range(0, len(every), IDS_AT_ONCE):
        chosen = is_one_of(field, every[start : start + IDS_AT_ONCE])
        where = f"{chosen} AND {condition}" if condition else chosen
        yield from org.query(select(schema.of(sobject), sobject.name, where))


def moment_of(row: Row, field: str = MOMENT) -> str:
    """A moment of a record as it is compared and written."""
    return normalize_moment(str(row[field]))
