"""Where each agreement stands: read from the published mart, shown as a table or as JSON."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta

import duckdb
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from orchestration.mart import open_mart
from orchestration.settings import Settings

# Colour alone tells nothing to one reader in twelve, and nothing in a log file: the words come first.
STATUS_WORDS = {
    "no_target": ("no target", "dim"),
    "too_early": ("too early to tell", "cyan"),
    "ahead": ("ahead", "bold green"),
    "on_track": ("on track", "green"),
    "at_risk": ("at risk", "yellow"),
    "behind": ("behind", "bold red"),
}
PACING_DAY = {"calendar_days": "day", "business_days": "business\nday"}
NOTHING = "-"
DECIMALS_BELOW = 1000


@dataclass(frozen=True)
class SlaStatus:
    """One SLA in the current month; quantities are in its `unit`, and null where the mart says null.

    `actual_cumulative` and `target_cumulative` run from the first of the month to `as_of_date`; `target` is the whole
    month's; `required_per_remaining_weight` is what each remaining day (`pacing`) must bring.
    """

    sla_id: str
    label: str
    unit: str
    segment: str
    pacing: str
    period_start: date
    actual_cumulative: float | None
    target_cumulative: float | None
    attainment_rate: float | None
    required_per_remaining_weight: float | None
    target: float | None
    status: str


@dataclass(frozen=True)
class ClosedMonthRestatement:
    """A month that was over when it was published, and has changed since by `change` (in the SLA's unit) on `days`."""

    sla_id: str
    period_start: date
    figure: str
    days: int
    change: float
    reasons: list[str]


@dataclass(frozen=True)
class StatusReport:
    """All SLAs, what the published mart is, and how many rows (of all that ever landed) did not make it.

    `restatements` are those published since the first of the current month (UTC).
    """

    run_id: str
    as_of_date: date
    business_timezone: str
    published_at: datetime
    data_through: date | None
    rejected_rows: int
    quarantined_rows: int
    slas: tuple[SlaStatus, ...]
    restatements: tuple[ClosedMonthRestatement, ...]


def read_status(settings: Settings) -> StatusReport:
    """Read the status of every SLA from the published mart; a refresh may be running meanwhile.

    Raises:
        InputError: nothing is published yet.
    """
    with open_mart(settings) as connection:
        run_id, as_of_date, zone, published_at, data_through = connection.execute(
            "select run_id, as_of_date, business_timezone, published_at, data_through from publication"
        ).fetchall()[0]
        rejected, quarantined = connection.execute(
            """
            select
                coalesce(sum(rows) filter (where reason = 'rejected'), 0)::bigint,
                -- For every feed: landed = accepted + replayed + quarantined.
                coalesce(sum(case reason when 'landed' then rows when 'accepted' then -rows when 'replayed' then -rows
                    else 0 end), 0)::bigint,
            from rpt_data_quality
            """
        ).fetchall()[0]
        return StatusReport(
            run_id=run_id,
            as_of_date=as_of_date,
            business_timezone=zone,
            published_at=published_at.replace(tzinfo=UTC),
            data_through=data_through,
            rejected_rows=rejected,
            quarantined_rows=quarantined,
            slas=_read_slas(connection),
            restatements=_read_restatements(connection),
        )


def _read_slas(connection: duckdb.DuckDBPyConnection) -> tuple[SlaStatus, ...]:
    rows = connection.execute(
        """
        select
            rpt_sla_status.sla_id,
            rpt_sla_status.label,
            rpt_sla_status.unit,
            rpt_sla_status.segment,
            dim_slas.pacing,
            rpt_sla_status.period_start,
            rpt_sla_status.actual_cumulative::double,
            rpt_sla_status.target_cumulative::double,
            rpt_sla_status.attainment_rate::double,
            rpt_sla_status.required_per_remaining_weight::double,
            rpt_sla_status.target::double,
            rpt_sla_status.status,
        from rpt_sla_status
        inner join dim_slas on rpt_sla_status.sla_id = dim_slas.sla_id
        order by rpt_sla_status.sla_id
        """
    ).fetchall()
    return tuple(SlaStatus(*row) for row in rows)


def _read_restatements(connection: duckdb.DuckDBPyConnection) -> tuple[ClosedMonthRestatement, ...]:
    rows = connection.execute(
        """
        select
            sla_id,
            period_start,
            figure,
            count(distinct date),
            sum(coalesce(became, 0) - coalesce(was, 0)),
            list_sort(list_distinct(flatten(list(string_split(reason, ', '))))),
        from rpt_restatements
        where is_closed_period and published_at >= (select date_trunc('month', as_of_date) from publication)
        group by sla_id, period_start, figure
        order by sla_id, period_start, figure
        """
    ).fetchall()
    return tuple(ClosedMonthRestatement(*row) for row in rows)


def to_json(report: StatusReport) -> str:
    """The report as JSON: the fields of `StatusReport`.

    `slas` holds an object per SLA (the fields of `SlaStatus`), `restatements` one per SLA, closed month and figure that
    has moved (those of `ClosedMonthRestatement`). Names are those of the mart's columns. Dates and stamps are ISO 8601,
    stamps in UTC; rates are ratios (1.0 is the goal); what is not known is null. Fields may be added, never renamed or
    removed.
    """
    return json.dumps(asdict(report), indent=2, default=lambda day: day.isoformat())


def to_table(report: StatusReport, now: datetime) -> RenderableType:
    """The report for a terminal; `now` tells how old the data is."""
    title = f"Service level agreements on {report.as_of_date}"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("SLA", overflow="fold")
    # Where the terminal is narrow the words fold; a figure is never cut.
    for heading in ("Actual", "Goal\nto date", "Attained", "Needed\nfrom now on", "Goal of\nthe month"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Status", min_width=9)
    for sla in report.slas:
        table.add_row(
            Text.assemble(sla.label, "\n", (sla.sla_id, "dim")),
            show_number(sla.actual_cumulative),
            show_number(sla.target_cumulative),
            NOTHING if sla.attainment_rate is None else f"{sla.attainment_rate:.1%}",
            _show_required(sla),
            show_number(sla.target),
            Text(*STATUS_WORDS[sla.status]),
        )
    return Group(table, Text(_freshness(report, now)), Text(_quality(report)), *_restated(report))


def show_number(value: float | None, *, signed: bool = False) -> str:
    """A quantity for reading: thousands separated, decimals (one) only where they say something."""
    if value is None:
        return NOTHING
    sign = "+" if signed else "-"
    rounded = round(value, 1) + 0.0  # which turns -0.0 into 0.0
    if abs(rounded) >= DECIMALS_BELOW:
        return f"{value:{sign},.0f}"
    return f"{rounded:{sign},.0f}" if rounded.is_integer() else f"{rounded:{sign},.1f}"


def show_age(age: timedelta) -> str:
    """How long ago, in the largest unit that fits."""
    hours, minutes = divmod(int(age.total_seconds()) // 60, 60)
    for count, unit in ((hours // 24, "day"), (hours, "hour"), (minutes, "minute")):
        if count:
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"


def _show_required(sla: SlaStatus) -> str:
    if sla.required_per_remaining_weight is None:
        return NOTHING
    return f"{show_number(sla.required_per_remaining_weight)}\na {PACING_DAY[sla.pacing]}"


def _freshness(report: StatusReport, now: datetime) -> str:
    booked = f"last booking on {report.data_through}" if report.data_through else "nothing booked yet"
    return (
        f"Counted to the end of {report.as_of_date} ({report.business_timezone}); published "
        f"{report.published_at:%Y-%m-%d %H:%M} UTC, {show_age(now - report.published_at)} ago; {booked}."
    )


def _quality(report: StatusReport) -> str:
    left_out = f"{report.rejected_rows:,} rows rejected, {report.quarantined_rows:,} quarantined"
    if report.rejected_rows + report.quarantined_rows == 0:
        return f"{left_out}."
    return f"{left_out}: the reasons are in the table rpt_data_quality."


def _restated(report: StatusReport) -> list[Text]:
    if not report.restatements:
        return []
    lines = [
        f"  {month.sla_id}, {month.period_start:%Y-%m}: {month.figure} {show_number(month.change, signed=True)} "
        f"on {month.days} {'day' if month.days == 1 else 'days'} ({', '.join(month.reasons)})"
        for month in report.restatements
    ]
    heading = "Closed months that have moved this month; their days are in the table rpt_restatements:"
    return [Text("\n".join([heading, *lines]), style="yellow")]
