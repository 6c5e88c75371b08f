"""Lines that show how far a long list is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from lead_sla.crm.clock import Clock
from lead_sla.crm.hubspot.client import HubSpot
from lead_sla.formatting import show_count

SECONDS_OF_MINUTE = 60


@dataclass
class Progress:
    """How many records were read since the list began, how fast, and what is left."""

    hubspot: HubSpot
    clock: Clock
    report: Callable[[str], None]
    name: str
    total: int
    read: int = 0
    began_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.began_at = self.clock.now()

    def add(self, records: int, *, is_share_known: bool) -> None:
        """Report that so many more were read and written; how many are left is not known of a list that was resumed."""
        self.read += records
        parts = [f"{self.read:,} of about {self.total:,} records" if is_share_known else f"{self.read:,} records more"]
        minutes = (self.clock.now() - self.began_at).total_seconds() / SECONDS_OF_MINUTE
        if minutes > 0 and self.read:
            rate = self.read / minutes
            parts.append(f"{rate:,.0f} a minute")
            if is_share_known and self.total > self.read:
                parts.append(f"about {show_count(round((self.total - self.read) / rate), 'minute')} to go")
        if self.hubspot.calls_left is not None:
            parts.append(f"{show_count(self.hubspot.calls_left, 'call')} left today")
        self.report(f"{self.name}: {', '.join(parts)}.")
