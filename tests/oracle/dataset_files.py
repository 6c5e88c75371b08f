"""The shapes of the generated company: lines, feeds, and the whole, which writes itself and types itself."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.inputs import Feed, Inputs, LandedDeal, LandedLead, LandedMerge, Parameters, SeedRow

COLUMNS = {
    "lead_events": ("event_id", "lead_id", "event_type", "occurred_at", "segment", "landing_page", "channel"),
    "deal_events": ("event_id", "deal_id", "lead_id", "stage", "amount", "currency", "occurred_at"),
    "record_merges": ("event_id", "record_type", "from_id", "into_id", "occurred_at", "action"),
}
SEED_FOLDERS = {
    "event_types": "reference",
    "deal_stages": "reference",
    "holidays": "reference",
    "exchange_rates": "reference",
    "sla_definitions": "targets",
    "sla_targets": "targets",
    "revenue_plan": "targets",
    "agreed_rate_card": "agreements",
}
BARE_DATE_LENGTH = 10
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Line:
    """One row of a file; cells that are left out are empty."""

    cells: Mapping[str, str]
    rejected: bool = False


@dataclass(frozen=True)
class FeedFiles:
    """A feed of `feeds.yml` and its files: name -> lines. `timezone` is that of stamps without one."""

    name: str
    kind: str
    timezone: str = "UTC"
    files: dict[str, list[Line]] = field(default_factory=dict)

    def add(self, file: str, *lines: Line) -> None:
        """Append lines to a file."""
        self.files.setdefault(file, []).extend(lines)


@dataclass(frozen=True)
class Dataset:
    """The company: its feeds in order, its seeds, and the run."""

    feeds: Sequence[FeedFiles]
    seeds: Mapping[str, Sequence[SeedRow]]
    parameters: Parameters
    landed_at: datetime

    def write(self, home: Path) -> None:
        """Write landing files, `feeds.yml` and seeds below `home`."""
        for feed in self.feeds:
            for name, lines in feed.files.items():
                cells = [line.cells for line in lines]
                _write_csv(home / "landing" / feed.name / name, COLUMNS[feed.kind], cells)
        for name, folder in SEED_FOLDERS.items():
            rows = self.seeds[name]
            _write_csv(home / "seeds" / folder / f"{name}.csv", tuple(rows[0]), rows)
        (home / "feeds.yml").write_text(self.feeds_yml(), encoding="utf-8")

    def feeds_yml(self) -> str:
        """The text of `feeds.yml`; canonical feeds, so without `columns`."""
        entry = "  - name: {0.name}\n    kind: {0.kind}\n    files: {0.name}/*.csv\n    timezone: {0.timezone}\n"
        return "feeds:\n" + "".join(entry.format(feed) for feed in self.feeds)

    def inputs(self, **rules: Any) -> Inputs:
        """What landing must make of the files; keyword arguments change parameters."""
        leads: list[LandedLead] = []
        deals: list[LandedDeal] = []
        merges: list[LandedMerge] = []
        feeds = []
        for feed in self.feeds:
            lines = [line for name in sorted(feed.files) for line in feed.files[name]]
            feeds.append(Feed(feed.name, feed.kind, sum(line.rejected for line in lines)))
            for number, line in enumerate(lines, start=1):
                if line.rejected:
                    continue
                if feed.kind == "lead_events":
                    leads.append(LandedLead(**_landed(line, number, feed, self.landed_at)))
                elif feed.kind == "record_merges":
                    merges.append(LandedMerge(**_landed(line, number, feed, self.landed_at)))
                else:
                    deals.append(LandedDeal(**_landed(line, number, feed, self.landed_at)))
        parameters = replace(self.parameters, **rules)
        return Inputs(
            feeds=feeds, leads=leads, deals=deals, merges=tuple(merges), parameters=parameters, seeds=self.seeds
        )


def _landed(line: Line, number: int, feed: FeedFiles, landed_at: datetime) -> dict[str, Any]:
    """The typed columns of one line: text trimmed, empty as None, stamps in UTC, amounts with two decimals."""
    cells: dict[str, Any] = {name: line.cells.get(name, "").strip() or None for name in COLUMNS[feed.kind]}
    stamp = cells.pop("occurred_at")
    if len(stamp) == BARE_DATE_LENGTH:
        cells["occurred_date"] = date.fromisoformat(stamp)
    else:
        moment = datetime.fromisoformat(stamp)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(feed.timezone))
        cells["occurred_at"] = moment.astimezone(UTC).replace(tzinfo=None)
    if cells.get("amount") is not None:
        cells["amount"] = Decimal(cells["amount"]).quantize(CENT, ROUND_HALF_UP)
    return {"file_number": 1, "row_number": number, "feed": feed.name, "landed_at": landed_at, **cells}


def _write_csv(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str | None]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
