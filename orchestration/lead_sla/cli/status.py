"""The status of every SLA, as a table for a terminal or as JSON for programs."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from lead_sla.cli.console import company_settings, out, reported_errors
from lead_sla.formatting import NOTHING, STATUS_WORDS, show_age, show_count, show_number, show_percent
from lead_sla.mart.status import SlaStatus, StatusReport, read_status
from lead_sla.reporting.restatements import describe_causes

# Color alone is not visible to one reader in twelve, nor in a log file, so the text comes first.
STATUS_STYLES = {
    "no_target": "dim",
    "met": "bold green",
    "missed": "bold red",
    "too_early": "cyan",
    "ahead": "bold green",
    "on_track": "green",
    "at_risk": "yellow",
    "behind": "bold red",
}
RATIOS = ("attainment_rate", "hit_probability")
PACING_DAY = {"calendar_days": "day", "business_days": "business\nday"}


def status(as_json: Annotated[bool, typer.Option("--json", help="For programs: JSON.")] = False) -> None:
    """Print the status of each SLA in its current month."""
    with reported_errors():
        report = read_status(company_settings())
        if as_json:
            typer.echo(to_json(report))
        else:
            out.print(to_table(report, datetime.now(UTC)))


def to_json(report: StatusReport) -> str:
    """The report as JSON: the fields of `StatusReport`.

    `slas` has an object per SLA (the fields of `SlaStatus`), `restatements` one per SLA, closed month and figure that
    has moved (those of `RestatedMonth`). Names are those of the mart's columns. Dates and stamps are ISO 8601,
    stamps in UTC; quantities have at most two decimals; rates are ratios (1.0 is the goal), with at most six; what is
    not known is null. Fields may be added, never renamed or removed.
    """
    rounded = asdict(report, dict_factory=lambda fields: {name: _rounded(name, value) for name, value in fields})
    return json.dumps(rounded, indent=2, default=lambda day: day.isoformat())


def _rounded(name: str, value: object) -> object:
    return round(value, 6 if name in RATIOS else 2) if isinstance(value, float) else value


def to_table(report: StatusReport, now: datetime) -> RenderableType:
    """The report for a terminal; `now` is used for the age of the data."""
    title = f"Service level agreements on {report.as_of_date}"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("SLA", overflow="fold")
    # Where the terminal is narrow the words fold; a figure is never cut.
    for heading in ("Actual", "Goal\nto date", "Attained", "Needed\nfrom now on", "Goal of\nthe month"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Status", min_width=9)
    for sla in report.slas:
        table.add_row(
            Text.assemble(
                sla.label, "\n", (sla.sla_id if sla.currency is None else f"{sla.sla_id}, {sla.currency}", "dim")
            ),
            show_number(sla.actual_cumulative),
            show_number(sla.target_cumulative),
            show_percent(sla.attainment_rate),
            _show_required(sla),
            show_number(sla.target),
            Text(STATUS_WORDS[sla.status], STATUS_STYLES[sla.status]),
        )
    lines = (Text(_freshness(report, now)), Text(_quality(report)), *_restated(report), *_version(report))
    return Group(table, *lines)


def _show_required(sla: SlaStatus) -> str:
    if sla.required_per_remaining_weight is None:
        return NOTHING
    return f"{show_number(sla.required_per_remaining_weight)}\na {PACING_DAY[sla.pacing]}"


def _freshness(report: StatusReport, now: datetime) -> str:
    booked = f"last booking on {report.data_through}" if report.data_through else "nothing booked yet"
    return (
        f"Figures up to the end of {report.as_of_date} ({report.business_timezone}); refresh began "
        f"{report.published_at:%Y-%m-%d %H:%M} UTC, {show_age(now - report.published_at)} ago; {booked}."
    )


def _quality(report: StatusReport) -> str:
    left_out = f"{show_count(report.rejected_rows, 'row')} rejected, {report.quarantined_rows:,} quarantined"
    if report.rejected_rows + report.quarantined_rows == 0:
        return f"{left_out}."
    return f"{left_out} on the newest landing day: the reasons are in the table rpt_data_quality."


def _restated(report: StatusReport) -> list[Text]:
    if not report.restatements:
        return []
    lines = [f"  {line}" for line in describe_causes(report.restatements)]
    heading = "Closed months that have moved this month; their days are in the table rpt_restatements:"
    return [Text("\n".join([heading, *lines]), style="yellow")]


def _version(report: StatusReport) -> list[Text]:
    shown = f"Version {report.run_id}"
    if report.withdrawn_run_id is None:
        return [Text(f"{shown}.")]
    return [
        Text(
            f"{shown}; the newer version {report.withdrawn_run_id} was withdrawn. To return to it, run "
            f"`lead-sla publish --rollback --to {report.withdrawn_run_id}`.",
            style="yellow",
        )
    ]
