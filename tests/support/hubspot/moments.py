"""Moments as the fake keeps them: milliseconds since 1970, UTC."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """Milliseconds of a moment; one without a zone is in UTC."""
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - EPOCH) // MILLISECOND


def to_iso(ms: int) -> str:
    """As HubSpot writes it: `2026-01-20T16:00:00.123Z`."""
    return (EPOCH + ms * MILLISECOND).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_ms(text: str) -> int:
    """Milliseconds of what a search filter compares with: a number, or ISO 8601."""
    return int(text) if text.lstrip("-").isdigit() else to_ms(datetime.fromisoformat(text))
