"""The status of each SLA in the current month, read from the published mart."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import duckdb

from lead_sla.mart.reading import fetch, open_mart
from lead_sla.publishing import withdrawn_version
from lead_sla.settings import Settings

STATUSES = """
with

count_days as (
    select
        sla_id,
        period_start,
        count(*) as calendar_days,
        count(*) filter (where is_business_day) as business_days,
    from fct_sla_daily_cumulative
    group by all
)

select
    rpt_sla_status.sla_id,
    rpt_sla_status.label,
    rpt_sla_status.unit,
    case rpt_sla_status.unit when 'value' then publication.reporting_currency end as currency,
    rpt_sla_status.segment,
    dim_slas.pacing,
    rpt_sla_status.period_start,
    rpt_sla_status.as_of_date,
    rpt_sla_status.actual_cumulative::double as actual_cumulative,
    rpt_sla_status.target_cumulative::double as target_cumulative,
    rpt_sla_status.target::double as target,
    rpt_sla_status.attainment_rate::double as attainment_rate,
    rpt_sla_status.required_per_remaining_weight::double as required_per_remaining_weight,
    rpt_sla_status.actual_cumulative / nullif(
        rpt_sla_status.elapsed_share
        * case dim_slas.pacing when 'business_days' then business_days else calendar_days end,
        0
    ) as made_per_weight,
    rpt_sla_status.hit_probability::double as hit_probability,
    rpt_sla_status.status,
from rpt_sla_status
inner join dim_slas using (sla_id)
inner join count_days using (sla_id, period_start)
cross join publication
order by sla_id
"""

# An SLA that is given up has no label.
LABEL = "coalesce(label, sla_id)"
CURRENCY = "case any_value(unit) when 'value' then (select reporting_currency from publication) end"
CHANGE = "sum(coalesce(current_value, 0) - coalesce(previous_value, 0))"

ENDED_MONTHS = """
select
    sla_id,
    dim_slas.label,
    period_start,
    actual_cumulative::double as actual,
    target::double as target,
    attainment_rate::double as attainment_rate,
    status,
    case dim_slas.unit when 'value' then publication.reporting_currency end as currency,
from fct_sla_daily_cumulative
inner join dim_slas using (sla_id)
cross join publication
where
    date = (select date_trunc('month', as_of_date) - interval 1 day from publication)
    and exists (from rpt_sla_status where status = 'too_early')
order by sla_id
"""

BAND_RECORD = """
with

by_tenth as (
    select elapsed_tenth, sum(days) as days, sum(days * band_hit_rate) as days_held
    from rpt_forecast_backtest
    group by elapsed_tenth
)

select
    sum(days)::bigint as days,
    sum(days_held) / sum(days) as hit_rate,
    min(days_held / days) as lowest_rate,
    max(days_held / days) as highest_rate,
from by_tenth
having count(*) > 0
"""


@dataclass(frozen=True)
class SlaStatus:
    """One SLA in the current month; quantities are in its `unit`, and null where the mart has null.

    `currency` is that of an SLA in value, null of others.

    `actual_cumulative` and `target_cumulative` run from the first of the month to `as_of_date`; `target` is the whole
    month's; `required_per_remaining_weight` is what each remaining day (`pacing`) must bring, `made_per_weight` what
    each day so far has brought.
    """

    sla_id: str
    label: str
    unit: str
    currency: str | None
    segment: str
    pacing: str
    period_start: date
    as_of_date: date
    actual_cumulative: float | None
    target_cumulative: float | None
    target: float | None
    attainment_rate: float | None
    required_per_remaining_weight: float | None
    made_per_weight: float | None
    hit_probability: float | None
    status: str


@dataclass(frozen=True)
class EndedMonth:
    """How the month before the current one ended for an SLA; quantities are in its unit, value in `currency`."""

    sla_id: str
    label: str
    period_start: date
    actual: float | None
    target: float | None
    attainment_rate: float | None
    status: str
    currency: str | None = None


@dataclass(frozen=True)
class BandRecord:
    """On what share of past days the band of the forecast held the total that came; all, and by tenth of the month."""

    days: int
    hit_rate: float
    lowest_rate: float
    highest_rate: float


@dataclass(frozen=True)
class RestatedMonth:
    """A published month that has changed since by `change` (in the SLA's unit, value in `currency`) on `days`."""

    sla_id: str
    label: str
    period_start: date
    figure: str
    days: int
    change: float
    reasons: list[str]
    currency: str | None = None


@dataclass(frozen=True)
class StatusReport:
    """All SLAs, what the published mart is, and how many rows of the newest landing day did not make it.

    `withdrawn_run_id` is the newest version after a rollback to an earlier one, else null. `published_at` is when the
    refresh got the warehouse. `restatements` are those of months that were over when they were published, since the
    first of the current month (UTC).
    """

    run_id: str
    as_of_date: date
    business_timezone: str
    published_at: datetime
    data_through: date | None
    rejected_rows: int
    quarantined_rows: int
    withdrawn_run_id: str | None
    slas: tuple[SlaStatus, ...]
    restatements: tuple[RestatedMonth, ...]


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
                coalesce(sum(new_row_count) filter (where reason = 'rejected'), 0)::bigint,
                -- For every feed: landed = accepted + replayed + superseded + withdrawn + quarantined.
                coalesce(sum(
                    case when reason = 'landed' then new_row_count else -new_row_count end
                ) filter (
                    where reason in ('landed', 'accepted', 'replayed', 'superseded', 'withdrawn')
                ), 0)::bigint,
            from rpt_data_quality
            """
        ).fetchall()[0]
        withdrawn = withdrawn_version(settings)
        return StatusReport(
            run_id=run_id,
            as_of_date=as_of_date,
            business_timezone=zone,
            published_at=published_at.replace(tzinfo=UTC),
            data_through=data_through,
            rejected_rows=rejected,
            quarantined_rows=quarantined,
            withdrawn_run_id=withdrawn.run_id if withdrawn else None,
            slas=tuple(read_sla_statuses(connection)),
            restatements=_read_restatements(connection),
        )


def read_sla_statuses(mart: duckdb.DuckDBPyConnection) -> list[SlaStatus]:
    """The status of every SLA, by `sla_id`."""
    return [SlaStatus(**row) for row in fetch(mart, STATUSES)]


def read_ended_months(mart: duckdb.DuckDBPyConnection) -> list[EndedMonth]:
    """How the month before ended for every SLA, as long as it is too early for the status of one; else none."""
    return [EndedMonth(**row) for row in fetch(mart, ENDED_MONTHS)]


def read_band_record(mart: duckdb.DuckDBPyConnection) -> BandRecord | None:
    """How often the band of the forecast has held; None before a month with a forecast has ended."""
    return next((BandRecord(**row) for row in fetch(mart, BAND_RECORD)), None)


def read_last_restatements(mart: duckdb.DuckDBPyConnection) -> tuple[RestatedMonth, ...]:
    """What the publication itself has restated of delivered figures: one row per SLA, month and cause."""
    rows = mart.execute(
        f"""
        select sla_id, {LABEL}, period_start, figure, count(*), {CHANGE}, [reason], {CURRENCY}
        from rpt_restatements
        left join dim_slas using (sla_id)
        where published_at = (select published_at from publication) and figure = 'actual'
        group by sla_id, label, period_start, figure, reason
        order by sla_id, period_start, reason
        """
    ).fetchall()
    return tuple(RestatedMonth(*row) for row in rows)


def _read_restatements(connection: duckdb.DuckDBPyConnection) -> tuple[RestatedMonth, ...]:
    rows = connection.execute(
        f"""
        select
            sla_id,
            {LABEL},
            period_start,
            figure,
            count(distinct date),
            {CHANGE},
            list_sort(list_distinct(flatten(list(string_split(reason, ', '))))),
            {CURRENCY},
        from rpt_restatements
        left join dim_slas using (sla_id)
        where is_closed_period and published_at >= (select date_trunc('month', as_of_date) from publication)
        group by sla_id, label, period_start, figure
        order by sla_id, period_start, figure
        """
    ).fetchall()
    return tuple(RestatedMonth(*row) for row in rows)
