"""What the calculation reads: landed rows, feeds, seeds and rules, in plain Python types.

What belongs here: shapes, and the reading of a seed's text cells. What does not: any rule of the specification.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

SeedRow = Mapping[str, str | None]
Row = dict[str, object]
Tables = dict[str, list[Row]]

SEED_NAMES = (
    "event_types",
    "deal_stages",
    "holidays",
    "exchange_rates",
    "sla_definitions",
    "sla_targets",
    "revenue_plan",
    "agreed_rate_card",
)


@dataclass(frozen=True, kw_only=True)
class LandedLead:
    """One typed row of `raw.lead_events`; exactly one of `occurred_at` (naive UTC) and `occurred_date` is set.

    Unless it `is_observed`: then it happened on the day it landed.
    """

    file_number: int
    row_number: int
    feed: str
    landed_at: datetime
    event_id: str
    lead_id: str
    event_type: str
    occurred_at: datetime | None = None
    occurred_date: date | None = None
    segment: str | None = None
    landing_page: str | None = None
    channel: str | None = None
    record_id: str | None = None
    statement_row: int | None = None
    is_observed: bool | None = None
    keeps_every_version: bool | None = None


@dataclass(frozen=True, kw_only=True)
class LandedDeal:
    """One typed row of `raw.deal_events`; exactly one of `occurred_at` (naive UTC) and `occurred_date` is set.

    Unless it `is_observed`: then it happened on the day it landed.
    """

    file_number: int
    row_number: int
    feed: str
    landed_at: datetime
    event_id: str
    deal_id: str
    stage: str
    lead_id: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    occurred_at: datetime | None = None
    occurred_date: date | None = None
    record_id: str | None = None
    statement_row: int | None = None
    is_observed: bool | None = None
    keeps_every_version: bool | None = None


@dataclass(frozen=True, kw_only=True)
class LandedMerge:
    """One typed row of `raw.record_merges`; exactly one of `occurred_at` (naive UTC) and `occurred_date` is set."""

    file_number: int
    row_number: int
    feed: str
    landed_at: datetime
    event_id: str
    record_type: str
    from_id: str
    into_id: str
    occurred_at: datetime | None = None
    occurred_date: date | None = None
    action: str | None = None


@dataclass(frozen=True)
class Statement:
    """One row of `raw.record_statements`: what a row of a record feed says about its record."""

    feed: str
    record_id: str
    version: Decimal | None
    file_number: int
    row_number: int
    is_withdrawn: bool


@dataclass(frozen=True)
class Feed:
    """A feed of `feeds.yml`, in its order; `rejected` is a number of rows, `file_numbers` are of files with rows."""

    name: str
    kind: str
    rejected: int = 0
    replaces_events: bool = False
    lists_all_records: bool = False
    file_numbers: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """The run and the rules, by the names of the dbt vars."""

    as_of_date: date
    business_timezone: str = "UTC"
    reporting_currency: str = "USD"
    close_rate_method: str = "auto"
    calibration_window_months: int = 12
    maturity_days: int = 90
    life_table_window_days: int = 90
    minimum_at_risk: int = 10
    shrinkage_leads: float = 50
    value_shrinkage_customers: float = 10
    mix_window_months: int = 3
    source_limit: int = 50
    too_early_share: float = 0.10
    ahead_rate: float = 1.10
    on_track_rate: float = 0.95
    at_risk_rate: float = 0.80
    earliest_date: date = date(1990, 1, 1)

    @property
    def zone(self) -> ZoneInfo:
        """The business time zone."""
        return ZoneInfo(self.business_timezone)


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """Everything a run knows. `seeds` has the seed's name as key and its CSV rows, as text, as value.

    `newest_file` is when the last file landed (naive UTC), which may have been one without a row.
    """

    feeds: Sequence[Feed]
    leads: Sequence[LandedLead]
    deals: Sequence[LandedDeal]
    parameters: Parameters
    statements: Sequence[Statement] = ()
    merges: Sequence[LandedMerge] = ()
    seeds: Mapping[str, Sequence[SeedRow]] = field(default_factory=dict)
    newest_file: datetime | None = None

    def seed(self, name: str) -> Sequence[SeedRow]:
        """The rows of one seed; a seed that is not given is empty."""
        return self.seeds.get(name, ())

    @cached_property
    def newest_landing(self) -> datetime | None:
        """When the last file landed, naive UTC; None before any has."""
        moments = [row.landed_at for row in (*self.leads, *self.deals, *self.merges)]
        return max(moments + ([self.newest_file] if self.newest_file else []), default=None)

    @property
    def event_types(self) -> Mapping[str, SeedRow]:
        """The rows of `event_types.csv` by code."""
        return {need(row, "event_type"): row for row in self.seed("event_types")}

    @property
    def qualifying_types(self) -> Sequence[str]:
        """The codes of the qualifying event types, sorted."""
        return sorted(code for code, row in self.event_types.items() if is_true(need(row, "is_qualifying")))

    @property
    def deal_stages(self) -> Mapping[str, SeedRow]:
        """The rows of `deal_stages.csv` by code."""
        return {need(row, "stage"): row for row in self.seed("deal_stages")}


def text(row: SeedRow, column: str) -> str | None:
    """A cell, trimmed; None when it is empty or not there."""
    return (row.get(column) or "").strip() or None


def need(row: SeedRow, column: str) -> str:
    """A cell that must not be empty.

    Raises:
        ValueError: the cell is empty.
    """
    cell = text(row, column)
    if cell is None:
        raise ValueError(f"column {column} is empty in {dict(row)}")
    return cell


def number(row: SeedRow, column: str) -> Decimal | None:
    """A numeric cell; None when it is empty."""
    cell = text(row, column)
    return None if cell is None else Decimal(cell)


def day(row: SeedRow, column: str) -> date:
    """A date cell that must not be empty."""
    return date.fromisoformat(need(row, column))


def is_true(cell: str) -> bool:
    """Whether a boolean cell is true."""
    return cell.lower() in {"true", "t", "yes", "y", "1"}
