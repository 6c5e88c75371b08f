"""Small worlds for tests of the calculation itself: one line of text or one call an event."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from tests.oracle.inputs import Feed, Inputs, LandedDeal, LandedLead, Parameters, Row, SeedRow, Tables
from tests.oracle.mart import calculate

LANDED_AT = datetime(2026, 11, 1, 12)
EVENT_TYPES = [
    {"event_type": "page_visit", "funnel_rank": "5", "is_qualifying": "false"},
    {"event_type": "whitepaper", "funnel_rank": "10", "is_qualifying": "true"},
    {"event_type": "webinar", "funnel_rank": "20", "is_qualifying": "true"},
    {"event_type": "demo", "funnel_rank": "30", "is_qualifying": "true"},
]
DEAL_STAGES = [
    {"stage": "proposal", "outcome": "open", "stage_rank": "10"},
    {"stage": "won", "outcome": "won", "stage_rank": "20"},
    {"stage": "lost", "outcome": "lost", "stage_rank": "30"},
]
SLAS = [
    {"sla_id": unit, "label": unit, "unit": unit, "segment": "all", "pacing": "calendar_days", "goal_basis": "plan"}
    for unit in ("leads", "points", "value")
]


class Case:
    """A case under construction: events and seeds in, mart out."""

    def __init__(self, **seeds: Sequence[SeedRow]) -> None:
        self.seeds = {"event_types": EVENT_TYPES, "deal_stages": DEAL_STAGES, "sla_definitions": SLAS, **seeds}
        self.leads: list[LandedLead] = []
        self.deals: list[LandedDeal] = []
        self.numbers = count(1)

    def lead(self, lead_id: str, event_type: str, when: str, **cells: Any) -> None:
        """One lead event; `when` is a date or a UTC stamp."""
        self.leads.append(
            LandedLead(**{**self._common(when, "leads"), "lead_id": lead_id, "event_type": event_type, **cells})
        )

    def deal(self, deal_id: str, lead_id: str | None, stage: str, when: str, **cells: Any) -> None:
        """One deal event; `amount` may be text."""
        if "amount" in cells:
            cells["amount"] = Decimal(cells["amount"])
        named = {"deal_id": deal_id, "lead_id": lead_id, "stage": stage}
        self.deals.append(LandedDeal(**{**self._common(when, "deals"), **named, **cells}))

    def _common(self, when: str, feed: str) -> dict[str, Any]:
        number = next(self.numbers)
        is_date = len(when) == len("2026-01-01")
        return {
            "file_number": 1,
            "row_number": number,
            "feed": feed,
            "landed_at": LANDED_AT,
            "event_id": f"event-{number:06}",
            "occurred_at": None if is_date else datetime.fromisoformat(when),
            "occurred_date": date.fromisoformat(when) if is_date else None,
        }

    def inputs(self, as_of: str, **rules: Any) -> Inputs:
        """What `calculate` takes."""
        return Inputs(
            feeds=[Feed("leads", "lead_events"), Feed("deals", "deal_events")],
            leads=self.leads,
            deals=self.deals,
            parameters=Parameters(as_of_date=date.fromisoformat(as_of), **rules),
            seeds=self.seeds,
        )

    def mart(self, as_of: str, **rules: Any) -> Tables:
        """The whole mart as of a day."""
        return calculate(self.inputs(as_of, **rules))


def agreed(**rates: str) -> list[SeedRow]:
    """An agreed rate card, in force since ever."""
    return [
        {"effective_from": "2000-01-01", "event_type": event_type, "close_rate": rate}
        for event_type, rate in rates.items()
    ]


def rows_of(tables: Mapping[str, Sequence[Row]], table: str, **key: object) -> list[Row]:
    """The rows of a table whose columns have these values; dates may be text."""
    return [row for row in tables[table] if all(str(row[column]) == str(wanted) for column, wanted in key.items())]


def row_of(tables: Mapping[str, Sequence[Row]], table: str, **key: object) -> Row:
    """The one row of a table whose columns have these values.

    Raises:
        ValueError: there is none, or more than one.
    """
    rows = rows_of(tables, table, **key)
    if len(rows) != 1:
        raise ValueError(f"{table} has {len(rows)} rows with {key}")
    return rows[0]
