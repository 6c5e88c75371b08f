"""A landing folder and a warehouse in one place, for tests of landing."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from lead_sla.inputs.feeds import Feed
from lead_sla.landing.land import land_feeds
from lead_sla.landing.report import LandingReport

LANDED_AT = datetime(2026, 1, 1, 6)
LEADS = Feed("lead_events", "lead_events", "lead_events/*")
DEALS = Feed("deal_events", "deal_events", "deal_events/*")
LEAD_HEADER = "event_id,lead_id,event_type,occurred_at,segment,landing_page,channel\n"
DEAL_HEADER = "event_id,deal_id,lead_id,stage,amount,currency,occurred_at\n"


class LandingHome:
    """Put files in, land them, look at what is in `raw`."""

    def __init__(self, folder: Path) -> None:
        self.landing_dir = folder / "landing"
        self.landing_dir.mkdir()
        self.raw_dir = folder / "raw"
        self.connection = duckdb.connect(str(folder / "warehouse.duckdb"))
        self.logged: list[str] = []

    def put(self, path: str, content: str | bytes) -> Path:
        """Write a file below the landing folder."""
        location = self.landing_dir / path
        location.parent.mkdir(parents=True, exist_ok=True)
        location.write_bytes(content.encode() if isinstance(content, str) else content)
        return location

    def copy_to(self, path: str, query: str) -> Path:
        """Write a query's rows as Parquet below the landing folder."""
        location = self.put(path, b"")
        self.connection.execute(f"copy ({query}) to '{location}' (format parquet)")
        return location

    def land(self, *feeds: Feed, landed_at: datetime = LANDED_AT) -> LandingReport:
        """Land the given feeds, or the two canonical ones."""
        chosen: Sequence[Feed] = feeds or (LEADS, DEALS)
        return land_feeds(self.connection, chosen, self.landing_dir, self.raw_dir, landed_at, self.logged.append)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        return self.connection.execute(query).fetchall()

    def land_leads(self, rows: str, feed: Feed = LEADS) -> list[tuple[Any, ...]]:
        """Land one canonical CSV and give back event_id, occurred_at, occurred_date, in the order of lines."""
        self.put("lead_events/file.csv", LEAD_HEADER + rows)
        self.land(feed)
        return self.ask("select event_id, occurred_at, occurred_date from raw.lead_events order by row_number")

    def rejects(self) -> list[tuple[Any, ...]]:
        """Line, column, reason and original text of every rejected row."""
        return self.ask(
            "select line_number, column_name, reason, original_text from raw.rejected_rows order by file_number, 1"
        )
