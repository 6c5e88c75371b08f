"""Where an SLA stands, in one line of plain words: the same on the page, in the mail and in an alert."""

import math
from dataclasses import dataclass
from datetime import date

import duckdb

from orchestration.reporting.reading import fetch
from orchestration.status import STATUS_WORDS, show_number

DAY_WORDS = {"calendar_days": "a day", "business_days": "a working day"}

STANDINGS = """
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
order by sla_id
"""


@dataclass(frozen=True)
class Standing:
    """One SLA on `as_of_date`: the mart's columns; `made_per_weight` is the actual per day (of its pacing) so far."""

    sla_id: str
    label: str
    unit: str
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


def read_standings(mart: duckdb.DuckDBPyConnection) -> list[Standing]:
    """Every SLA's standing, by `sla_id`."""
    return [Standing(**row) for row in fetch(mart, STANDINGS)]


def describe(standing: Standing) -> str:
    """One line of plain words, such as `Points: 1,176 of 1,300 to date, 90 % - at risk; needs 62 a working day, ...`.

    What the mart does not know is left out.
    """
    actual = show_number(standing.actual_cumulative)
    if standing.status == "no_target":
        return f"{standing.label}: {actual} to date; no target"
    word = STATUS_WORDS[standing.status][0]
    share = "" if standing.attainment_rate is None else f", {_percent(standing.attainment_rate)}"
    parts = [f"{standing.label}: {actual} of {show_number(standing.target_cumulative)} to date{share} - {word}"]
    day = DAY_WORDS[standing.pacing]
    if standing.required_per_remaining_weight is not None:
        made = "" if standing.made_per_weight is None else f", has been making {show_number(standing.made_per_weight)}"
        parts.append(
            f"needs {show_number(standing.required_per_remaining_weight)} {day}{made}"
            if standing.required_per_remaining_weight
            else "the goal of the month is reached"
        )
    if standing.hit_probability is not None and standing.required_per_remaining_weight != 0:
        parts.append(f"{_percent(standing.hit_probability)} chance")
    return "; ".join(parts)


def _percent(ratio: float) -> str:
    # Rounded down, so that 109.8 %, which is not yet ahead, does not look like the 110 % that would be.
    return f"{math.floor(100 * ratio + 1e-9)} %"
