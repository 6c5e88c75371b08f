"""Reads the sample's files back as anybody would, without a line of the code that wrote them."""

import csv
import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

RANKS = {"newsletter": 10, "whitepaper": 20, "webinar": 30, "trial": 40, "contact_request": 50, "demo_request": 60}
STAGES = {"qualified": 10, "proposal": 20, "reopened": 30, "won": 40, "lost": 50}
Row = dict[str, Any]


@dataclass(frozen=True)
class Deal:
    """A deal in its last known state."""

    lead_id: str
    won_date: date | None


def seed_rows(home: Path, name: str) -> list[Row]:
    with (home / "seeds" / f"{name}.csv").open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def landed_rows(home: Path, feed: str) -> Iterator[Row]:
    """Every row of a feed in landing order, with `path`; `occurred` is None when the row is not typed."""
    for path in sorted((home / "landing" / feed).iterdir()):
        for row in _records(path):
            yield {**row, "path": path.name, "occurred": _instant(row)}


def first_rows(home: Path, feed: str) -> dict[str, Row]:
    """The readable row that landed first under each event id."""
    firsts: dict[str, Row] = {}
    for row in landed_rows(home, feed):
        if row["occurred"] is not None:
            firsts.setdefault(row["event_id"], row)
    return firsts


def touches(home: Path) -> dict[str, list[Row]]:
    """The qualifying events of each lead, in order, without what a refresh would quarantine."""
    leads: dict[str, list[Row]] = {}
    for row in first_rows(home, "lead_events").values():
        if row["event_type"] in RANKS and row.get("segment") != "all" and row["occurred"].year < 2099:
            leads.setdefault(row["lead_id"], []).append(row)
    for events in leads.values():
        events.sort(key=lambda row: row["occurred"])
    return leads


def deals(home: Path) -> list[Deal]:
    events: dict[str, list[Row]] = {}
    for row in first_rows(home, "deal_events").values():
        if row["stage"] in STAGES and row.get("currency") != "GBP" and float(row.get("amount") or 0) >= 0:
            events.setdefault(row["deal_id"], []).append(row)
    return [_last_state(rows) for rows in events.values()]


def _last_state(rows: list[Row]) -> Deal:
    rows.sort(key=lambda row: (row["occurred"], STAGES[row["stage"]]))
    won_date = None
    for row in rows:
        if row["stage"] != "won":
            won_date = None
        elif won_date is None:
            won_date = row["occurred"].date()
    return Deal(rows[-1].get("lead_id") or "", won_date)


def _records(path: Path) -> Iterator[Row]:
    if path.suffix == ".parquet":
        relation = duckdb.sql(f"select * from read_parquet('{path}')")
        for values in relation.fetchall():
            yield {name: value or "" for name, value in zip(relation.columns, values, strict=True)}
        return
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    if ".jsonl" in path.name:
        yield from (json.loads(line) for line in text.splitlines())
        return
    for row in csv.DictReader(io.StringIO(text)):
        is_broken = None in row or None in row.values()
        yield {"event_id": "", "occurred_at": "broken"} if is_broken else dict(row)


def _instant(row: Row) -> datetime | None:
    stamp = row["occurred_at"]
    if not row.get("event_id"):
        return None
    if isinstance(stamp, datetime):
        return stamp.replace(tzinfo=UTC)
    try:
        instant = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return instant.replace(tzinfo=instant.tzinfo or UTC).astimezone(UTC)
