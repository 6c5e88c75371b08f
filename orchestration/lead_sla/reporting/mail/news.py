"""The content of an email: the statuses, the changes since the day before, and restatements."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import duckdb

from lead_sla.formatting import STATUS_WORDS, show_number, show_percent
from lead_sla.mart.reading import Record, fetch
from lead_sla.mart.status import (
    EndedMonth,
    SlaStatus,
    read_band_record,
    read_ended_months,
    read_last_restatements,
    read_sla_statuses,
)
from lead_sla.reporting.restatements import describe_causes
from lead_sla.reporting.wording import describe, describe_band, describe_end

WORST_FIRST = ("missed", "behind", "at_risk", "on_track", "met", "ahead", "too_early", "no_target")

BEFORE = """
select sla_id, status, attainment_rate::double as attainment_rate
from fct_sla_daily_cumulative
where date = $1 and period_start = $2
"""
BOOKED = "select sla_id, actual::double as actual from fct_sla_daily_cumulative where date = $1"


@dataclass(frozen=True)
class News:
    """The content of an email, worst SLA first; lines are plain text."""

    publication: Record
    statuses: list[SlaStatus]
    lines: list[tuple[str, str]]
    ended_months: list[EndedMonth]
    ended_lines: list[tuple[str, str]]
    band: str
    changes: list[str]
    restatements: list[str]

    @property
    def worst(self) -> SlaStatus | None:
        """The SLA in the picture."""
        return self.statuses[0] if self.statuses else None

    @property
    def subject(self) -> str:
        """The number of SLAs by status, worst first."""
        counts = {STATUS_WORDS[status]: sum(sla.status == status for sla in self.statuses) for status in WORST_FIRST}
        parts = [f"{count} {word}" for word, count in counts.items() if count]
        company = f" of {self.publication['company']}" if self.publication["company"] else ""
        return f"Lead SLA{company} {self.publication['as_of_date']}: {', '.join(parts) or 'no SLA'}"


def read_news(mart: duckdb.DuckDBPyConnection) -> News:
    """The news of the version that `mart` is open on."""
    (publication,) = fetch(mart, "from publication")
    statuses = sorted(read_sla_statuses(mart), key=_badness)
    ended = read_ended_months(mart)
    return News(
        publication=publication,
        statuses=statuses,
        lines=[(sla.status, describe(sla)) for sla in statuses],
        ended_months=ended,
        ended_lines=[(month.status, describe_end(month)) for month in ended],
        band=describe_band(read_band_record(mart)),
        changes=_changes(mart, publication, statuses),
        restatements=describe_causes(read_last_restatements(mart)),
    )


def _badness(sla: SlaStatus) -> tuple[Any, ...]:
    attained = sla.attainment_rate
    return WORST_FIRST.index(sla.status), attained is None, attained, sla.sla_id


def _changes(mart: duckdb.DuckDBPyConnection, publication: Record, statuses: list[SlaStatus]) -> list[str]:
    day = publication["as_of_date"]
    before = {row["sla_id"]: row for row in fetch(mart, BEFORE, [day - timedelta(days=1), day.replace(day=1)])}
    booked = {row["sla_id"]: row["actual"] for row in fetch(mart, BOOKED, [day])}
    return [_change(sla, before.get(sla.sla_id), booked[sla.sla_id]) for sla in statuses]


def _change(sla: SlaStatus, before: Record | None, actual: float | None) -> str:
    text = f"{sla.label}: {show_number(actual, signed=True, currency=sla.currency)} on the day"
    if before is None:
        return f"{text}, the first of the month"
    if before["attainment_rate"] is not None and sla.attainment_rate is not None:
        text += (
            f", attained {show_percent(before['attainment_rate'])} before and {show_percent(sla.attainment_rate)} now"
        )
    if before["status"] != sla.status:
        text += f", {STATUS_WORDS[before['status']]} before and {STATUS_WORDS[sla.status]} now"
    return text
