"""The sample company as a CRM account and as plain event files: what the loaders of all CRMs share."""

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, Generic, NamedTuple, TypeVar

import numpy as np

from lead_sla.sample import business, calendar_days, credit, deals, leads
from lead_sla.sample.columns import Table, pick, stack
from lead_sla.sample.company import ENV, FEEDS, MONTHS
from lead_sla.sample.seeds import COLUMNS, write_seeds

PERSONAL: Final = ("Zephyrine", "Quillhaven", "quillhaven.example", "+49 30 5550")  # of everybody, never to be read
LEAD_COLUMNS: Final = ("event_id", "lead_id", "event_type", "occurred_at", "segment", "landing_page", "channel")
DEAL_COLUMNS: Final = ("event_id", "deal_id", "lead_id", "stage", "occurred_at", "amount", "currency")
MERGE_COLUMNS: Final = ("event_id", "record_type", "from_id", "into_id", "occurred_at", "action")
MERGE_FEED: Final = b"  - name: merges\n    kind: record_merges\n    files: merges/*\n"
Row = Mapping[str, str]
Account = TypeVar("Account")


@dataclass(frozen=True)
class Sample(Generic[Account]):
    """The sample company: as an account, and as the rows of event files; the seeds fit both."""

    company: Account
    until: date
    feeds: str  # feeds.yml of a company that pulls from the account
    lead_events: Sequence[Row]
    deal_events: Sequence[Row]
    merges: Sequence[Row]
    seeds: dict[str, bytes]

    def write_files(self, home: Path) -> None:
        """Write the company's folder with event files, settings, feeds and seeds."""
        landing = {
            "landing/lead_events/events.csv": to_csv(LEAD_COLUMNS, self.lead_events),
            "landing/deal_events/events.csv": to_csv(DEAL_COLUMNS, self.deal_events),
        }
        feeds = FEEDS
        if self.merges:
            landing["landing/merges/merges.csv"] = to_csv(MERGE_COLUMNS, self.merges)
            feeds += MERGE_FEED
        self._write(home, {**landing, "feeds.yml": feeds})

    def write_folder(self, home: Path) -> None:
        """Write the company's folder with settings, feeds and seeds, for a pull to fill."""
        self._write(home, {"feeds.yml": self.feeds.encode()})

    def _write(self, home: Path, contents: dict[str, bytes]) -> None:
        seeds = {f"seeds/{name}": seed for name, seed in self.seeds.items()}
        for path, content in {".env": ENV, **contents, **seeds}.items():
            (home / path).parent.mkdir(parents=True, exist_ok=True)
            (home / path).write_bytes(content)


class Touch(NamedTuple):
    """What a lead did, with the segment and channel of the event; either may be empty."""

    kind: str
    segment: str
    channel: str


@dataclass(frozen=True)
class Story:
    """What the sample company knows on a day, in the order of time, and its seeds."""

    touches: Table
    deals: Table
    seeds: dict[str, bytes]


def tell_story(until: date, seed: int, scale: float) -> Story:
    """The sample company of 24 months up to a day."""
    current = calendar_days.month_number(until)
    first = current - MONTHS + 1
    cohorts = [leads.draw_cohort(month, seed, scale) for month in range(first, current + 1)]
    return Story(
        _known(stack([leads.tell_events(cohort, seed) for cohort in cohorts]), until),
        _known(stack([deals.tell_deals(cohort, seed, scale) for cohort in cohorts]), until),
        write_seeds(stack([credit.book(cohort) for cohort in cohorts]), first, until, seed, scale),
    )


def _known(events: Table, until: date) -> Table:
    known = pick(events, events["exported"] <= calendar_days.day_number(until))
    return pick(known, np.lexsort((known["event_id"], known["occurred"])))


def group_touches(touches: Table, codes: Collection[str]) -> dict[str, dict[int, Touch]]:
    """Each lead's touches by second; the second of two in one second is left out, unless the first has no code."""
    by_lead: dict[str, dict[int, Touch]] = {}
    names = ("lead_id", "occurred", "event_type", "segment", "channel")
    for lead, occurred, kind, segment, channel in zip(*(touches[name].tolist() for name in names), strict=True):
        touched = by_lead.setdefault(lead, {})
        if occurred not in touched or touched[occurred].kind not in codes:
            touched[occurred] = Touch(kind, segment, channel)
    return by_lead


def translate_seeds(
    seeds: dict[str, bytes],
    codes: Mapping[str, str],
    hints: Iterable[tuple[str, str]],
    stages: Iterable[Iterable[object]],
) -> dict[str, bytes]:
    """The seeds that name event types or stages, with the codes of a CRM; hints are types that do not qualify."""
    types: list[Iterable[object]] = [(*hint, "anonymous", 0, "false") for hint in hints]
    types += [(codes[one.code], one.label, one.funnel_stage, one.funnel_rank, "true") for one in business.EVENT_TYPES]
    card = list(csv.DictReader(io.StringIO(seeds["agreements/agreed_rate_card.csv"].decode())))
    rows: dict[str, Iterable[Row]] = {
        "reference/event_types": _named("reference/event_types", types),
        "reference/deal_stages": _named("reference/deal_stages", stages),
        "agreements/agreed_rate_card": [{**row, "event_type": codes[row["event_type"]]} for row in card],
    }
    return {f"{name}.csv": to_csv(COLUMNS[name], rows[name]) for name in rows}


def show_amount(amount: float) -> str:
    """An amount as a CRM shows it; empty if there is none."""
    return "" if np.isnan(amount) else f"{amount:.2f}".rstrip("0").rstrip(".")


def to_moment(seconds: int) -> datetime:
    """A moment of the sample company."""
    return datetime.fromtimestamp(seconds, UTC)


def to_iso(moment: datetime) -> str:
    """A moment as an event file has it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def to_csv(columns: Iterable[str], rows: Iterable[Row]) -> bytes:
    """Rows as a file."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _named(table: str, rows: Iterable[Iterable[object]]) -> list[Row]:
    return [dict(zip(COLUMNS[table], map(str, row), strict=True)) for row in rows]
