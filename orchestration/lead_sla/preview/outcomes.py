"""What landing made of a file: the first rows, and the codes in it."""

from dataclasses import dataclass

import duckdb

from lead_sla.inputs.feed_columns import KINDS, event_kind
from lead_sla.inputs.feeds import Feed
from lead_sla.inputs.record_feeds import CODES
from lead_sla.landing.report import LandedFile
from lead_sla.preview.trials import Trial

SHOWN_ROWS = 5
SHOWN_EVENTS = 10  # a row about a record gives several


@dataclass(frozen=True)
class Outcome:
    """A file that landed. `rows` are the first ones as they landed, `codes` the event types or stages with counts."""

    feed: Feed
    landed: LandedFile
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    codes: dict[str, int]


def observe(feed: Feed, trial: Trial) -> Outcome:
    """Look at what has landed."""
    kind = event_kind(feed.kind)
    first = f"select * from raw.{kind} where {_first_rows(feed, kind)} order by row_number limit {SHOWN_EVENTS}"
    cursor = trial.connection.execute(f"select {_columns(feed)} from ({first}) order by row_number")
    names = [name for name, *_ in cursor.description or ()]
    found = cursor.fetchall()
    filled = [at for at in range(len(names)) if any(row[at] is not None for row in found)]
    rows = tuple(tuple("" if row[at] is None else str(row[at]) for at in filled) for row in found)
    return Outcome(feed, trial.landed, tuple(names[at] for at in filled), rows, _codes(trial.connection, kind))


def _columns(feed: Feed) -> str:
    """The line, and the columns of the feed's events; the moment as one."""
    moment = "coalesce(cast(occurred_at as varchar), cast(occurred_date as varchar)"
    columns = ["coalesce(statement_row, row_number) as line"]
    for column in KINDS[event_kind(feed.kind)]:
        if column.type == "stamp":
            columns.append(f"{moment}, case when is_observed then 'first seen' end) as {column.name}")
        elif column.name != "event_id" or feed.records is None:
            columns.append(column.name)
    return ", ".join(columns)


def _first_rows(feed: Feed, kind: str) -> str:
    line = "statement_row" if feed.records else "row_number"
    return f"{line} in (select distinct {line} from raw.{kind} order by {line} limit {SHOWN_ROWS})"


def _codes(connection: duckdb.DuckDBPyConnection, kind: str) -> dict[str, int]:
    code = CODES[kind]
    return dict(
        connection.execute(f"select {code}, count(*) from raw.{kind} group by {code} order by {code}").fetchall()
    )
