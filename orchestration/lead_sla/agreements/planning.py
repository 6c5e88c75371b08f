"""Calculates what customers or revenue require of a month: leads, points and value, and which mix is enough.

The formulas are those of the goal basis `plan`; rates and mix come from the published mart.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from lead_sla.errors import InputError
from lead_sla.mart.reading import read_as_of_date
from lead_sla.months import month_after

ONE_DAY = timedelta(days=1)
TOLERANCE = 1e-9  # binary floating point must not turn 20 / 5 % into 401
REFRESH = "Run `lead-sla refresh`, which publishes it."


@dataclass(frozen=True)
class LeadType:
    """A lead type of the usual mix: how many leads had it, which share that is, and the card's close rate (ratios)."""

    event_type: str
    leads: int
    share: float
    close_rate: float | None


@dataclass(frozen=True)
class PlanInputs:
    """The inputs of a plan for `period`: card and mix of `card_period`, the same month or the latest in the mart."""

    period: date
    card_period: date
    segment: str
    weighted_close_rate: float | None
    average_deal_value: float | None
    mix: tuple[LeadType, ...]

    @property
    def remark(self) -> str:
        """A sentence on which card this is."""
        if self.card_period == self.period:
            return f"Card and mix are those of {self.period:%Y-%m}."
        return (
            f"The mart does not cover {self.period:%Y-%m} yet: card and mix are those of {self.card_period:%Y-%m}, "
            "its latest month."
        )


@dataclass(frozen=True)
class PlanRequest:
    """The requested customers, or new revenue with Marketing's share of it; money in the reporting currency."""

    customers: float | None = None
    revenue: float | None = None
    deal_value: float | None = None
    marketing_share: float = 1.0


@dataclass(frozen=True)
class Requirement:
    """What a request requires. Leads are null without a weighted close rate, value without a deal value."""

    customers: float
    leads: int | None
    points: float
    value: float | None


@dataclass(frozen=True)
class Move:
    """A number of leads of one type that would have to be of another."""

    from_type: str
    to_type: str
    leads: int


@dataclass(frozen=True)
class MixChange:
    """The cheapest change of mix: customers expected before and after it, out of the same number of leads."""

    leads: int
    expected_before: float
    expected_after: float
    best_type: str
    moves: tuple[Move, ...]
    is_enough: bool


def read_plan_inputs(connection: duckdb.DuckDBPyConnection, period: date, segment: str) -> PlanInputs:
    """Card and mix for a month: its own, or the latest ones if the mart does not reach so far.

    Raises:
        InputError: the month is before the first one, or the mart was published by an older version.
    """
    card_period = find_card_period(connection, period)
    weighted = connection.execute(
        "select max(weighted_close_rate), max(average_deal_value) from fct_weighted_close_rates "
        "where period_start = $1 and segment = $2",
        [card_period, segment],
    ).fetchall()
    mix = connection.execute(
        "select event_type, leads, share, close_rate from fct_lead_mixes where period_start = $1 and segment = $2 "
        "order by close_rate desc nulls last, event_type",
        [card_period, segment],
    ).fetchall()
    return PlanInputs(
        period=period,
        card_period=card_period,
        segment=segment,
        weighted_close_rate=weighted[0][0],
        average_deal_value=weighted[0][1],
        mix=tuple(LeadType(*row) for row in mix),
    )


def require_segment(connection: duckdb.DuckDBPyConnection, segment: str) -> None:
    """Check that the mart has the segment.

    Raises:
        InputError: it does not; the message lists the segments.
    """
    rows = connection.execute("select distinct segment from fct_weighted_close_rates order by segment").fetchall()
    known = [row[0] for row in rows]
    if segment not in known:
        raise InputError(f"No lead has the segment {segment!r}. Available segments: {', '.join(known)}.")


def require_table(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Make sure that the mart has a table.

    Raises:
        InputError: it was published by an older version, without this table.
    """
    if not connection.execute("from duckdb_tables() where table_name = $1", [name]).fetchall():
        raise InputError(f"The published mart has no table {name} yet. {REFRESH}")


def find_card_period(connection: duckdb.DuckDBPyConnection, period: date) -> date:
    """The month whose card serves `period`: itself, or the mart's latest if that is earlier.

    Raises:
        InputError: the month is before the first one, or the mart was published by an older version.
    """
    require_table(connection, "fct_lead_mixes")
    first, last = connection.execute("select min(period_start), max(period_start) from fct_rate_cards").fetchall()[0]
    if first is None:
        raise InputError(
            "The published mart has no rate card, because there are no lead types. Add some to event_types.csv."
        )
    if period < first:
        raise InputError(f"{period:%Y-%m} is before {first:%Y-%m}, the first month of the mart. Choose a later month.")
    return min(period, last)


def read_last_leads(connection: duckdb.DuckDBPyConnection, period: date, segment: str) -> tuple[date, int] | None:
    """The last complete month before `period` and its leads; None if there is none, or no SLA counts this segment."""
    # On the last day of a month, that month is complete.
    whole = month_after(read_as_of_date(connection) + ONE_DAY, -1)
    month = min(whole, month_after(period, -1))
    rows = connection.execute(
        """
        select sum(fct_sla_daily.leads)::bigint
        from fct_sla_daily
        where
            -- Every SLA of the segment books the same leads, whatever its unit.
            sla_id = (select min(sla_id) from dim_slas where segment = $1)
            and date >= $2 and date < $3
        """,
        [segment, month, month_after(month, 1)],
    ).fetchall()
    return (month, rows[0][0]) if rows[0][0] else None


def solve(request: PlanRequest, plan_inputs: PlanInputs) -> Requirement:
    """Customers, leads, points and value of a request, as the goal basis `plan` computes them.

    Raises:
        InputError: revenue was given without a deal value.
    """
    deal_value = plan_inputs.average_deal_value if request.deal_value is None else request.deal_value
    customers = request.customers
    if customers is None:
        if request.revenue is None:
            raise InputError("Add --customers or --revenue.")
        if not deal_value:
            raise InputError("The rate card has no deal value yet, which --revenue requires. Add --deal-value.")
        customers = request.revenue * request.marketing_share / deal_value
    return Requirement(
        customers=customers,
        leads=whole_leads(customers, plan_inputs.weighted_close_rate),
        points=100 * customers,
        value=None if deal_value is None else customers * deal_value,
    )


def whole_leads(customers: float, weighted_close_rate: float | None) -> int | None:
    """The leads that customers need at a rate (ratio), rounded up; None without a rate or with one of 0."""
    return math.ceil(customers / weighted_close_rate - TOLERANCE) if weighted_close_rate else None


def split(leads: int, mix: tuple[LeadType, ...]) -> dict[str, int]:
    """Whole leads by type at the shares of the mix; they add up to `leads` (largest remainders get the rest)."""
    exact = {kind.event_type: leads * kind.leads / sum(each.leads for each in mix) for kind in mix}
    whole = {event_type: math.floor(share + TOLERANCE) for event_type, share in exact.items()}
    by_remainder = sorted(exact, key=lambda event_type: (whole[event_type] - exact[event_type], event_type))
    for event_type in by_remainder[: leads - sum(whole.values())]:
        whole[event_type] += 1
    return whole


def cheapest_change(
    leads: Mapping[str, int], rates: Mapping[str, float], expected: float, customers: float
) -> MixChange:
    """The fewest leads to move so that `customers` are expected: from the worst type first, always to the best.

    `expected` is what the unmoved leads bring; a sum over whole leads by type would be rounded.
    """
    best = max(sorted(leads), key=lambda event_type: rates[event_type])
    at_best = sum(leads.values()) * rates[best]
    reached = expected
    moves = []
    for event_type in sorted(leads, key=lambda event_type: (rates[event_type], event_type)):
        gain = rates[best] - rates[event_type]
        missing = customers - reached
        if missing <= TOLERANCE or gain <= 0:
            break
        moved = min(leads[event_type], math.ceil(missing / gain - TOLERANCE))
        if moved:
            moves.append(Move(event_type, best, moved))
            reached += moved * gain
    is_enough = max(expected, at_best) >= customers - TOLERANCE
    return MixChange(
        leads=sum(leads.values()),
        expected_before=expected,
        expected_after=reached if is_enough else at_best,
        best_type=best,
        moves=tuple(moves),
        is_enough=is_enough,
    )
