"""Record feeds: which events a record gives, by what its statements say, one after the other."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from tests.oracle.dates import DAY, local_date, start_of_day
from tests.oracle.inputs import Inputs, LandedDeal, LandedLead, Statement

Landed = LandedLead | LandedDeal
RecordKey = tuple[str, str]
Place = tuple[int, int]  # of a row: file number and row number


def record_of(row: Landed, inputs: Inputs) -> RecordKey | None:
    """The record that gave an event; None in a feed that only adds."""
    if row.record_id is not None:
        return row.feed, row.record_id
    replaces = next(feed.replaces_events for feed in inputs.feeds if feed.name == row.feed)
    return (row.feed, row.event_id) if replaces else None


def event_id(row: Landed, inputs: Inputs) -> str:
    """The id of an event; that of an observed one ends in the day it landed."""
    return f"{row.event_id}:{local_date(row.landed_at, inputs.parameters.zone)}" if row.is_observed else row.event_id


def moment_of(row: Landed, inputs: Inputs) -> datetime:
    """When it happened, naive UTC; a bare date, or a day on which it was observed, is its start in the business zone.

    Raises:
        ValueError: the row has neither a timestamp nor a date.
    """
    if row.is_observed:
        return start_of_day(local_date(row.landed_at, inputs.parameters.zone), inputs.parameters.zone)
    if row.occurred_at is not None:
        return row.occurred_at
    if row.occurred_date is None:
        raise ValueError(f"{row.feed} {row.event_id}: neither a stamp nor a date")
    return start_of_day(row.occurred_date, inputs.parameters.zone)


def is_in_future(event_date: date, inputs: Inputs) -> bool:
    """Whether the day has not come: neither the run nor the newest landing has reached the day before it."""
    newest = inputs.newest_landing
    landing_days = [local_date(newest, inputs.parameters.zone)] if newest else []
    return event_date > max([inputs.parameters.as_of_date, *landing_days]) + DAY


def judge_records(inputs: Inputs) -> dict[Place, str]:
    """For each event of a record, by its place: `counts`, `replayed`, `superseded` or `withdrawn`."""
    statements, rows = _statements(inputs), defaultdict(list)
    for row in (*inputs.leads, *inputs.deals):
        record = record_of(row, inputs)
        if record is not None:
            rows[record].append(row)
    fates: dict[Place, str] = {}
    gone = withdrawn_records(inputs)
    for record, ordered in statements.items():
        if gone[record]:
            fates |= {_place(row): "withdrawn" for row in rows[record]}
        else:
            fates |= _walk(ordered, rows[record], inputs)
    return fates


def withdrawn_records(inputs: Inputs) -> dict[RecordKey, bool]:
    """Every record, and whether it is gone."""
    return {
        record: ordered[-1].is_withdrawn or _is_missing(record[0], ordered, inputs)
        for record, ordered in _statements(inputs).items()
    }


def _statements(inputs: Inputs) -> Mapping[RecordKey, list[Statement]]:
    """The statements about each record, the current one last."""
    found: dict[RecordKey, list[Statement]] = defaultdict(list)
    for statement in inputs.statements:
        found[statement.feed, statement.record_id].append(statement)
    for row in (*inputs.leads, *inputs.deals):
        record = record_of(row, inputs)
        if record is not None and row.record_id is None:
            found[record].append(Statement(row.feed, row.event_id, None, row.file_number, row.row_number, False))
    for said in found.values():
        said.sort(key=lambda one: (_version(one), one.file_number, one.row_number))
    return found


def _version(statement: Statement) -> Decimal:
    return Decimal("-Infinity") if statement.version is None else statement.version


def _is_missing(feed_name: str, said: Iterable[Statement], inputs: Inputs) -> bool:
    """Whether files of the feed list all records, and the newest does not list this one."""
    feed = next(feed for feed in inputs.feeds if feed.name == feed_name)
    return feed.lists_all_records and max(feed.file_numbers) > max(one.file_number for one in said)


def _walk(ordered: list[Statement], rows: list[Landed], inputs: Inputs) -> dict[Place, str]:
    """Follow one record from statement to statement; the last one is current."""
    fates: dict[Place, str] = {}
    said_before: dict[str, list[Landed]] = defaultdict(list)
    values_before: set[str] = set()
    for statement in ordered:
        for name, before in said_before.items():
            fates |= {_place(row): "superseded" for row in before if not row.keeps_every_version}
            said_before[name] = [row for row in before if row.keeps_every_version]
        said = sorted((row for row in rows if _is_of(row, statement)), key=lambda row: row.row_number)
        for row in said:
            if row.is_observed and _code(row) in values_before:
                is_kept = row.keeps_every_version or statement is ordered[-1]
                fates[_place(row)] = "replayed" if is_kept else "superseded"
            else:
                said_before[event_id(row, inputs)].append(row)
        values_before = {_code(row) for row in said if row.is_observed}
    if not values_before:
        _drop_what_was_seen_too_late(said_before, fates, ordered[-1], inputs)
    for same_event in said_before.values():
        fates |= _choose_last(same_event)
    return fates


def _choose_last(same_event: list[Landed]) -> dict[Place, str]:
    """Of the rows that give one event, in the order they were said, the first of the last statement counts."""
    fates = {_place(row): "superseded" for row in same_event}
    if same_event:
        first, *repeated = [row for row in same_event if _statement_of(row) == _statement_of(same_event[-1])]
        fates |= {_place(first): "counts"} | {_place(row): "replayed" for row in repeated}
    return fates


def _drop_what_was_seen_too_late(
    said: dict[str, list[Landed]], fates: dict[Place, str], current: Statement, inputs: Inputs
) -> None:
    """The last dated event of a current statement without an observed value is the end of the record."""
    dated = [moment_of(row, inputs) for rows in said.values() for row in rows if _is_of(row, current)]
    if not dated:
        return
    for name, rows in list(said.items()):
        if rows and rows[0].is_observed and moment_of(rows[0], inputs) > max(dated):
            fates |= {_place(row): "superseded" for row in said.pop(name)}


def _is_of(row: Landed, statement: Statement) -> bool:
    return _statement_of(row) == (statement.file_number, statement.row_number)


def _statement_of(row: Landed) -> Place:
    return row.file_number, row.row_number if row.statement_row is None else row.statement_row


def _code(row: Landed) -> str:
    return row.event_type if isinstance(row, LandedLead) else row.stage


def _place(row: Landed) -> Place:
    return row.file_number, row.row_number
