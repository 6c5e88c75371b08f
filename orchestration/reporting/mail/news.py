"""What a mail says: the standings, what changed since the day before, and what closed months say now."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import duckdb

from orchestration.reporting.reading import Record, fetch
from orchestration.reporting.wording import Standing, describe, read_standings
from orchestration.status import STATUS_WORDS, show_number

WORST_FIRST = ("behind", "at_risk", "on_track", "ahead", "too_early", "no_target")

BEFORE = """
select sla_id, status, attainment_rate::double as attainment_rate
from fct_sla_daily_cumulative
where date = $1 and period_start = $2
"""
BOOKED = "select sla_id, actual::double as actual from fct_sla_daily_cumulative where date = $1"
RESTATED = """
select
    sla_id,
    period_start,
    count(distinct date) as days,
    sum(coalesce(became, 0) - coalesce(was, 0)) as change,
    string_agg(distinct reason, '; ' order by reason) as reasons,
from rpt_restatements
where published_at = (select published_at from publication) and figure = 'actual'
group by all
order by sla_id, period_start
"""


@dataclass(frozen=True)
class News:
    """Everything that a mail tells, worst agreement first; lines are plain text."""

    publication: Record
    standings: list[Standing]
    lines: list[tuple[str, str]]
    changes: list[str]
    restatements: list[str]

    @property
    def worst(self) -> Standing | None:
        """The agreement that the picture shows."""
        return self.standings[0] if self.standings else None

    @property
    def subject(self) -> str:
        """How many agreements stand how, worst first."""
        counts = {
            STATUS_WORDS[status][0]: sum(standing.status == status for standing in self.standings)
            for status in WORST_FIRST
        }
        parts = [f"{count} {word}" for word, count in counts.items() if count]
        return f"Lead SLA {self.publication['as_of_date']}: {', '.join(parts) or 'no agreement'}"


def read_news(mart: duckdb.DuckDBPyConnection) -> News:
    """The news of the version that `mart` is open on."""
    (publication,) = fetch(mart, "from publication")
    standings = sorted(read_standings(mart), key=_badness)
    return News(
        publication=publication,
        standings=standings,
        lines=[(standing.status, describe(standing)) for standing in standings],
        changes=_changes(mart, publication, standings),
        restatements=[_restated(row) for row in fetch(mart, RESTATED)],
    )


def _badness(standing: Standing) -> tuple[Any, ...]:
    attained = standing.attainment_rate
    return WORST_FIRST.index(standing.status), attained is None, attained, standing.sla_id


def _changes(mart: duckdb.DuckDBPyConnection, publication: Record, standings: list[Standing]) -> list[str]:
    day = publication["as_of_date"]
    before = {row["sla_id"]: row for row in fetch(mart, BEFORE, [day - timedelta(days=1), day.replace(day=1)])}
    booked = {row["sla_id"]: row["actual"] for row in fetch(mart, BOOKED, [day])}
    return [_change(standing, before.get(standing.sla_id), booked[standing.sla_id]) for standing in standings]


def _change(standing: Standing, before: Record | None, actual: float | None) -> str:
    text = f"{standing.label}: {show_number(actual, signed=True)} on the day"
    if before is None:
        return f"{text}, the first of the month"
    if before["attainment_rate"] is not None and standing.attainment_rate is not None:
        text += (
            f", attained {100 * before['attainment_rate']:.1f} % before and {100 * standing.attainment_rate:.1f} % now"
        )
    if before["status"] != standing.status:
        text += f", {STATUS_WORDS[before['status']][0]} before and {STATUS_WORDS[standing.status][0]} now"
    return text


def _restated(row: Record) -> str:
    days = f"{row['days']} day{'' if row['days'] == 1 else 's'}"
    change = show_number(row["change"], signed=True)
    return f"{row['sla_id']}, {row['period_start']:%Y-%m}: {change} on {days} ({row['reasons']})"
