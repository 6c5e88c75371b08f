"""Selects the changes of a status that are worth an alert, and describes them."""

from dataclasses import dataclass

from lead_sla.formatting import STATUS_WORDS, show_number
from lead_sla.mart.reading import Record, fetch, open_version
from lead_sla.mart.status import read_sla_statuses
from lead_sla.publishing import Publication
from lead_sla.reporting.wording import describe
from lead_sla.settings import Settings

# The other statuses are not assessments.
TRACKED = ("ahead", "on_track", "at_risk", "behind", "met", "missed")
BAD = ("at_risk", "behind", "missed")
# In a leads SLA the number of leads is the whole gap.
DRIVERS = """
select drivers.*
from rpt_sla_gap_drivers as drivers
inner join rpt_sla_status as status using (sla_id, period_start)
where status.unit <> 'leads'
"""


@dataclass(frozen=True)
class TrackedStatus:
    """The status of an SLA in its period, with the reason as text."""

    sla_id: str
    label: str
    period: str
    status: str
    reason: str

    @property
    def word(self) -> str:
        """The status as shown to users."""
        return STATUS_WORDS[self.status]

    @property
    def remembered(self) -> list[str]:
        """What is recorded for a channel that received the alert."""
        return [self.period, self.status]


def read_statuses(settings: Settings, publication: Publication) -> list[TrackedStatus]:
    """Every SLA of the publication that has an assessed status, by `sla_id`."""
    with open_version(settings, settings.published_dir / "versions" / publication.run_id) as mart:
        drivers = {row["sla_id"]: row for row in fetch(mart, DRIVERS)}
        return [
            TrackedStatus(
                sla_id=sla.sla_id,
                label=sla.label,
                period=sla.period_start.isoformat(),
                status=sla.status,
                reason=f"{describe(sla)}{_drivers(drivers.get(sla.sla_id))}",
            )
            for sla in read_sla_statuses(mart)
            if sla.status in TRACKED
        ]


def is_news(tracked: TrackedStatus, remembered: list[str] | None) -> bool:
    """Whether it differs from the last alert of the same period; the first status of a period is news if it is bad."""
    if remembered is None or remembered[0] != tracked.period:
        return tracked.status in BAD
    return remembered[1] != tracked.status


def describe_change(tracked: TrackedStatus, remembered: list[str] | None) -> str:
    """The previous status, the new one, and the reason."""
    if remembered is None or remembered[0] != tracked.period:
        return tracked.reason
    return f"Was {STATUS_WORDS[remembered[1]]}. {tracked.reason}"


def _drivers(row: Record | None) -> str:
    if row is None or row["volume_effect"] is None:
        return ""
    effects = (("leads", "volume_effect"), ("mix", "mix_effect"), ("moved up", "upgrade_effect"))
    parts = [f"{name} {show_number(row[column], signed=True)}" for name, column in effects]
    return f". Gap {show_number(row['gap'], signed=True)}: {', '.join(parts)}"
