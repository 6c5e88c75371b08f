"""Proposes an agreement for a month: the calibrated rate card, the goal on every basis, and the leads of the plan.

All of it is selected from the published mart, which knows the goals and the plan up to the month after its last one.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from lead_sla.agreements.planning import (
    ONE_DAY,
    TOLERANCE,
    PlanInputs,
    read_plan_inputs,
    require_table,
    split,
)
from lead_sla.errors import InputError
from lead_sla.inputs.seed_reading import read_seed
from lead_sla.inputs.seed_tables import find_table
from lead_sla.mart.reading import open_mart, read_as_of_date
from lead_sla.months import month_after
from lead_sla.settings import Settings

COMPARED_MONTHS = 12
AMOUNT_DECIMALS = 2
RATE_DECIMALS = 6  # of a proposed rate, so that the signed rate equals the printed one

# The months before the one that each basis looks back on.
LOOKS_BACK = {"last_period": (1,), "same_period_last_year": (12,), "trailing_3_average": (1, 2, 3)}
BASES = ("custom", *LOOKS_BACK, "plan")
GOALS = """
    with goals as (
        select sla_id, custom_amount, last_period, same_period_last_year, trailing_3_average, plan
        from fct_sla_goals
        where period_start = $1
        union all
        select sla_id, custom_amount, last_period, same_period_last_year, trailing_3_average, plan
        from rpt_next_month_goals
        where period_start = $1
    )
    select
        dim_slas.sla_id, dim_slas.unit, dim_slas.segment,
        goals.custom_amount, goals.last_period, goals.same_period_last_year, goals.trailing_3_average, goals.plan
    from goals inner join dim_slas using (sla_id)
    order by dim_slas.sla_id
"""
NEEDED_LEADS = """
    select segment, leads
    from rpt_plan_requirements
    where period_start = $1 and leads is not null and segment in (select segment from dim_slas)
    order by (select min(sla_id) from dim_slas where dim_slas.segment = rpt_plan_requirements.segment)
"""

Values = Mapping[str, Any]
Totals = dict[date, float]


@dataclass(frozen=True)
class CardLine:
    """A type's calibrated close rate with its 95 % interval and the leads behind it, and the rate in force; ratios."""

    event_type: str
    close_rate: float | None
    close_rate_low: float | None
    close_rate_high: float | None
    leads: int
    method: str
    close_rate_in_force: float | None
    rate_source_in_force: str | None
    change: float | None


@dataclass(frozen=True)
class GoalLine:
    """The goal of an SLA on one basis, in its unit, and how many of the last months' totals would have reached it.

    `is_so_far` marks a goal built on a month that is still running.
    """

    sla_id: str
    unit: str
    segment: str
    goal_basis: str
    amount: float | None
    is_so_far: bool
    months_compared: int
    months_reached: int | None


@dataclass(frozen=True)
class PlanLine:
    """How many leads of a type the revenue plan needs in a segment, at the usual mix."""

    segment: str
    event_type: str
    share: float
    close_rate: float | None
    leads: int


@dataclass(frozen=True)
class Proposal:
    """The whole proposal; `plan_inputs` is the card and mix that it is based on."""

    period: date
    as_of_date: date
    plan_inputs: PlanInputs
    card: tuple[CardLine, ...]
    goals: tuple[GoalLine, ...]
    plan: tuple[PlanLine, ...]


def make_proposal(settings: Settings, period: date) -> Proposal:
    """Select the proposal for the month that begins on `period`.

    Raises:
        InputError: nothing is published yet, or the month is before the first one or after the next.
    """
    with open_mart(settings) as mart:
        plan_inputs = read_plan_inputs(mart, period, "all")
        require_table(mart, "rpt_next_month_goals")
        next_month = month_after(plan_inputs.card_period, 1)
        if period > next_month:
            raise InputError(
                f"{period:%Y-%m} is too far ahead: the goals of the published mart reach to {next_month:%Y-%m}. "
                f"Run `lead-sla propose` for {next_month:%Y-%m} or an earlier month."
            )
        as_of_date = read_as_of_date(mart)
        return Proposal(
            period=period,
            as_of_date=as_of_date,
            plan_inputs=plan_inputs,
            card=tuple(_read_card(mart, plan_inputs)),
            goals=tuple(_read_goals(mart, period, as_of_date)),
            plan=tuple(_read_plan(mart, period)),
        )


def read_rows(seeds_dir: Path, name: str) -> list[Values]:
    """The typed rows of a seed that was checked before."""
    return [row.values for row in read_seed(find_table(name), seeds_dir).rows]


def proposal_dir(settings: Settings, period: date) -> Path:
    """The folder of a month's proposal."""
    return settings.home / "proposals" / f"{period:%Y-%m}"


def write_proposal(settings: Settings, proposal: Proposal) -> Path:
    """Write rate_card.csv, goals.csv and plan.csv, and return their folder. Earlier ones of the month are replaced."""
    folder = proposal_dir(settings, proposal.period)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "rate_card.csv", CardLine, proposal.card)
        _write(folder / "goals.csv", GoalLine, proposal.goals)
        _write(folder / "plan.csv", PlanLine, proposal.plan)
    except OSError as error:
        raise InputError(
            f"{error.filename} cannot be written: {error.strerror}. Make it writable and rerun the command."
        ) from error
    return folder


def _read_card(mart: duckdb.DuckDBPyConnection, plan_inputs: PlanInputs) -> Iterable[CardLine]:
    """Rates are calibrated by the method that the card uses, also those of types whose rate is agreed."""
    rows = mart.execute(
        """
        select
            cards.event_type,
            round(case when cards.rate_source = 'agreed' then rates.shrunk_close_rate else cards.close_rate end, $3)
                as proposed,
            rates.close_rate_low,
            rates.close_rate_high,
            rates.leads,
            rates.method,
            in_force.close_rate,
            in_force.rate_source,
            round(proposed - in_force.close_rate, $3),
        from fct_rate_cards as cards
        inner join fct_close_rates as rates
            on cards.period_start = rates.period_start
            and cards.event_type = rates.event_type
            and rates.segment = 'all'
            and rates.method = cards.calibration_method
        left join fct_rate_cards as in_force
            on cards.event_type = in_force.event_type and in_force.period_start = $2
        where cards.period_start = $1
        order by proposed desc nulls last, cards.event_type
        """,
        [plan_inputs.card_period, min(plan_inputs.card_period, month_after(plan_inputs.period, -1)), RATE_DECIMALS],
    ).fetchall()
    return (CardLine(*row) for row in rows)


def _read_totals(mart: duckdb.DuckDBPyConnection) -> dict[str, Totals]:
    """The total of every SLA and month, of the running month so far."""
    totals: dict[str, Totals] = {}
    rows = mart.execute(
        "select sla_id, period_start, max_by(actual_cumulative, date)::double from fct_sla_daily_cumulative "
        "where date <= (select as_of_date from publication) group by sla_id, period_start"
    ).fetchall()
    for sla_id, period_start, total in rows:
        totals.setdefault(sla_id, {})[period_start] = total
    return totals


def _read_goals(mart: duckdb.DuckDBPyConnection, period: date, as_of_date: date) -> Iterable[GoalLine]:
    totals = _read_totals(mart)
    for sla_id, unit, segment, *amounts in mart.execute(GOALS, [period]).fetchall():
        months = totals.get(sla_id, {})
        over = sorted((month for month in months if month < period and _is_over(month, as_of_date)), reverse=True)
        whole = [months[month] for month in over[:COMPARED_MONTHS]]
        for basis, amount in zip(BASES, amounts, strict=True):
            looked_at = [month_after(period, -back) for back in LOOKS_BACK.get(basis, ())]
            yield GoalLine(
                sla_id=sla_id,
                unit=unit,
                segment=segment,
                goal_basis=basis,
                amount=amount,
                is_so_far=amount is not None and any(not _is_over(month, as_of_date) for month in looked_at),
                months_compared=len(whole),
                months_reached=None if amount is None else sum(total >= amount - TOLERANCE for total in whole),
            )


def _is_over(month: date, as_of_date: date) -> bool:
    return month_after(month, 1) <= as_of_date + ONE_DAY


def _read_plan(mart: duckdb.DuckDBPyConnection, period: date) -> Iterable[PlanLine]:
    for segment, leads in mart.execute(NEEDED_LEADS, [period]).fetchall():
        mix = read_plan_inputs(mart, period, segment).mix
        by_type = split(int(leads), mix)
        for kind in mix:
            yield PlanLine(segment, kind.event_type, kind.share, kind.close_rate, by_type[kind.event_type])


def _write(path: Path, kind: type, lines: Iterable[Any]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [column.name for column in fields(kind)], lineterminator="\n")
        writer.writeheader()
        for line in lines:
            writer.writerow({name: _rounded(name, value) for name, value in asdict(line).items()})


def _rounded(name: str, value: object) -> object:
    """Amounts to cents, ratios as a rate card has them."""
    if not isinstance(value, float):
        return value
    return round(value, AMOUNT_DECIMALS if name == "amount" else RATE_DECIMALS) + 0.0  # which turns -0.0 into 0.0
