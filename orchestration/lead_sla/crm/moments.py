"""Moments as text, always in UTC and to the millisecond, so that they compare as text too."""

import re
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
STORED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def show_moment(moment: datetime) -> str:
    """A moment as it is written into slices, such as 2026-01-20T16:00:00.123Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def read_moment(text: str) -> datetime:
    """A moment from ISO 8601, or from the number of milliseconds since 1970.

    Raises:
        ValueError: it is neither.
    """
    if text.lstrip("-").isdigit():
        return EPOCH + int(text) * MILLISECOND
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def normalize_moment(text: str) -> str:
    """Any form of a moment in the form that is written into slices."""
    return text if STORED.fullmatch(text) else show_moment(read_moment(text))


def floor_moment(moment: datetime) -> datetime:
    """A moment without what slices do not write of it."""
    return from_milliseconds(to_milliseconds(moment))


def to_milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970, rounded down."""
    return (moment - EPOCH) // MILLISECOND


def from_milliseconds(milliseconds: int) -> datetime:
    """The moment of a number of milliseconds since 1970."""
    return EPOCH + milliseconds * MILLISECOND
