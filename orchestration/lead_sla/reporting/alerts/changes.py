"""Which changes of a status are news, and what is said about them."""

from dataclasses import dataclass

from lead_sla.formatting import STATUS_WORDS, show_number
from lead_sla.mart.reading import Record, fetch, open_version
from lead_sla.mart.status import read_sla_statuses
from lead_sla.publishing import Publication
from lead_sla.reporting.wording import describe
from lead_sla.settings import Settings

# The others say that nothing can be said yet.
JUDGED = ("ahead", "on_track", "at_risk", "behind")
BAD = ("at_risk", "behind")


@dataclass(frozen=True)
class Judgement:
    """What an agreement is judged to be in its period, with the reason in words."""

    sla_id: str
    label: str
    period: str
    status: str
    reason: str

    @property
    def word(self) -> str:
        """The status as people read it."""
        return STATUS_WORDS[self.status]

    @property
    def remembered(self) -> list[str]:
        """What a channel that was told remembers."""
        return [self.period, self.status]


def read_judgements(settings: Settings, publication: Publication) -> list[Judgement]:
    """Every agreement of the publication that is judged, by `sla_id`."""
    with open_version(settings, settings.published_dir / "versions" / publication.run_id) as mart:
        drivers = {row["sla_id"]: row for row in fetch(mart, "from rpt_sla_gap_drivers")}
        return [
            Judgement(
                sla_id=sla.sla_id,
                label=sla.label,
                period=sla.period_start.isoformat(),
                status=sla.status,
                reason=f"{describe(sla)}{_drivers(drivers.get(sla.sla_id))}",
            )
            for sla in read_sla_statuses(mart)
            if sla.status in JUDGED
        ]


def is_news(judgement: Judgement, remembered: list[str] | None) -> bool:
    """Whether it differs from what was told of the same period; the first word of a period is news if it is bad."""
    if remembered is None or remembered[0] != judgement.period:
        return judgement.status in BAD
    return remembered[1] != judgement.status


def describe_change(judgement: Judgement, remembered: list[str] | None) -> str:
    """What it was, what it is, and why."""
    if remembered is None or remembered[0] != judgement.period:
        return judgement.reason
    return f"Was {STATUS_WORDS[remembered[1]]}. {judgement.reason}"


def _drivers(row: Record | None) -> str:
    if row is None or row["volume_effect"] is None:
        return ""
    effects = (("leads", "volume_effect"), ("mix", "mix_effect"), ("moved up", "upgrade_effect"))
    parts = [f"{name} {show_number(row[column], signed=True)}" for name, column in effects]
    return f". Gap {show_number(row['gap'], signed=True)}: {', '.join(parts)}"
