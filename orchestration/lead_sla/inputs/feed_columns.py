"""The canonical columns of each kind of feed, and how a value is written that can be typed."""

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["text", "stamp", "amount"]

TIME = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?"
OFFSET = r"(Z|[+-]([01]\d|2[0-3])(:?[0-5]\d)?)"
DATE_PATTERN = r"\d{4}-\d{2}-\d{2}"
STAMP_PATTERN = rf"{DATE_PATTERN}[T ]{TIME}{OFFSET}?"
AMOUNT_PATTERN = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?"


@dataclass(frozen=True)
class Column:
    """A canonical column; a row without a required one, or with another text than those allowed, is rejected.

    A mapping may leave out one that `is_made`, and then the others make it.
    """

    name: str
    type: ColumnType = "text"
    required: bool = False
    allowed: tuple[str, ...] = ()
    is_made: bool = False


KINDS: dict[str, tuple[Column, ...]] = {
    "lead_events": (
        Column("event_id", required=True),
        Column("lead_id", required=True),
        Column("event_type", required=True),
        Column("occurred_at", "stamp", required=True),
        Column("segment"),
        Column("landing_page"),
        Column("channel"),
    ),
    "deal_events": (
        Column("event_id", required=True),
        Column("deal_id", required=True),
        Column("lead_id"),
        Column("stage", required=True),
        Column("amount", "amount"),
        Column("currency"),
        Column("occurred_at", "stamp", required=True),
    ),
    "record_merges": (
        Column("event_id", required=True, is_made=True),
        Column("record_type", required=True, allowed=("lead", "deal")),
        Column("from_id", required=True),
        Column("into_id", required=True),
        Column("occurred_at", "stamp", required=True),
        Column("action", allowed=("merge", "unmerge")),
    ),
}

# A row of a record feed is a statement about one record, which gives any number of events of this kind.
RECORD_KINDS = {"lead_records": "lead_events", "deal_records": "deal_events"}


def event_kind(kind: str) -> str:
    """The kind of the events that a feed of this kind gives."""
    return RECORD_KINDS.get(kind, kind)


def kinds_of(event_kind: str) -> list[str]:
    """The kinds of feeds that give events of this kind."""
    return [event_kind, *(kind for kind, gives in RECORD_KINDS.items() if gives == event_kind)]
