"""Pulls from a CRM."""

from collections.abc import Callable
from dataclasses import dataclass

from lead_sla.errors import LeadSlaError
from lead_sla.inputs.crm_sources import CrmSource
from lead_sla.settings import Settings


class PullError(LeadSlaError):
    """A CRM could not be read, after every retry."""


@dataclass(frozen=True)
class PullSummary:
    """What came."""

    records: int = 0

    def describe(self) -> str:
        """It in a few words."""
        return f"{self.records} records"


def pull(settings: Settings, source: CrmSource, report: Callable[[str], None]) -> PullSummary:
    """Pull."""
    report(f"{source.name} for {settings.home}")
    return PullSummary()
