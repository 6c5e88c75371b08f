"""Moments as Salesforce has them: whole seconds, UTC."""

from datetime import UTC, date, datetime

Value = str | float | bool | date | datetime | None


def to_second(moment: datetime) -> datetime:
    """A moment in whole seconds; one without a zone is in UTC."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)


def render(value: Value) -> str | float | bool | None:
    """A value in an answer: `2026-01-20T16:00:00.000+0000`, `2026-01-20`, or as it is."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}.000+0000"
    return value.isoformat() if isinstance(value, date) else value
