"""Short ways to write what happened and what was agreed, for tests that use `tests.support.harness.Company`."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any


def lead(lead_id: str, event_type: str, occurred_at: date | str, **more: Any) -> dict[str, Any]:
    """A lead event."""
    return {"lead_id": lead_id, "event_type": event_type, "occurred_at": str(occurred_at), **more}


def leads(
    count: int, event_type: str, occurred_at: date | str, prefix: str = "", **more: Any
) -> Iterator[dict[str, Any]]:
    """`count` leads of one type on one day."""
    stem = prefix or f"{event_type}-{occurred_at}"
    for number in range(count):
        yield lead(f"{stem}-{number}", event_type, occurred_at, **more)


def won(lead_id: str, occurred_at: date | str, **more: Any) -> dict[str, Any]:
    """A deal of the lead that is won at once."""
    return {"deal_id": f"deal-{lead_id}", "lead_id": lead_id, "stage": "won", "occurred_at": str(occurred_at), **more}


def merge(from_id: str, into_id: str, occurred_at: date | str, **more: Any) -> dict[str, Any]:
    """A merge of a lead, or with `record_type` of a deal, into another one."""
    return {"record_type": "lead", "from_id": from_id, "into_id": into_id, "occurred_at": str(occurred_at), **more}


def agreed(event_type: str, close_rate: float, effective_from: str, **more: Any) -> dict[str, Any]:
    """A row of the agreed rate card with both approvals."""
    return {
        "effective_from": effective_from,
        "event_type": event_type,
        "close_rate": close_rate,
        "approved_by_marketing": "Mia",
        "approved_by_sales": "Sam",
        **more,
    }


def sla(sla_id: str, unit: str = "leads", segment: str = "all", **more: Any) -> dict[str, Any]:
    """An SLA paced by calendar days, with a custom goal."""
    return {
        "sla_id": sla_id,
        "label": sla_id,
        "unit": unit,
        "segment": segment,
        "pacing": "calendar_days",
        "goal_basis": "custom",
        **more,
    }


def target(sla_id: str, period_start: str, amount: float | None = None, **more: Any) -> dict[str, Any]:
    """A custom target of one period."""
    return {"sla_id": sla_id, "period_start": period_start, "goal_basis": "custom", "amount": amount, **more}


def days_before(day: date, number: int) -> date:
    """The day `number` days earlier."""
    return day - timedelta(days=number)
