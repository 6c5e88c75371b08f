"""Proposes an agreement for a month: the calibrated rate card, the goal on every basis, and the leads of the plan.

Goals and plan are computed here for months that the mart does not cover yet, by the rules of the models `int_sla_goals`
and `int_sla_plans`; targets and plan come from the seeds, everything else from the published mart.
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
    PlanRequest,
    read_plan_inputs,
    solve,
    split,
    whole_leads,
)
from lead_sla.errors import InputError
from lead_sla.inputs.seed_reading import read_seed
from lead_sla.inputs.seed_tables import TABLES
from lead_sla.inputs.seeds import check_seeds
from lead_sla.mart.reading import open_mart, read_as_of_date
from lead_sla.months import month_after
from lead_sla.settings import Settings

COMPARED_MONTHS = 12
RATE_DECIMALS = 6  # of a proposed rate, so that the signed rate equals the printed one

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


@dataclass(frozen=True)
class _Sla:
    sla_id: str
    unit: str
    segment: str


def make_proposal(settings: Settings, period: date) -> Proposal:
    """Compute the proposal for the month that begins on `period`.

    Raises:
        InputError: nothing is published yet, the month is before the first one, or the seeds are wrong.
    """
    check_seeds(settings.seeds, settings.reporting_currency)
    targets, plan_rows = read_rows(settings.seeds, "sla_targets"), read_rows(settings.seeds, "revenue_plan")
    with open_mart(settings) as mart:
        plan_inputs = read_plan_inputs(mart, period, "all")
        slas = [_Sla(*row) for row in mart.execute("select sla_id, unit, segment from dim_slas order by 1").fetchall()]
        inputs_by_segment = {sla.segment: read_plan_inputs(mart, period, sla.segment) for sla in slas}
        planned = {segment: _solve_plan(plan_rows, each) for segment, each in inputs_by_segment.items()}
        as_of_date = read_as_of_date(mart)
        totals = _read_totals(mart)
        goals = [
            goal
            for sla in slas
            for goal in _goals_of(
                sla,
                period,
                as_of_date,
                totals.get(sla.sla_id, {}),
                {"custom": _custom(targets, sla, period), "plan": planned[sla.segment].get(sla.unit)},
            )
        ]
        card = tuple(_read_card(mart, plan_inputs))
    plan = [
        line
        for segment, needs in planned.items()
        for line in _split_plan(needs.get("leads"), inputs_by_segment[segment])
    ]
    return Proposal(period, as_of_date, plan_inputs, card, tuple(goals), tuple(plan))


def read_rows(seeds_dir: Path, name: str) -> list[Values]:
    """The typed rows of a seed that was checked before."""
    table = next(table for table in TABLES if table.name == name)
    return [row.values for row in read_seed(table, seeds_dir).rows]


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


def _goals_of(
    sla: _Sla, period: date, as_of_date: date, totals: Totals, stated: Mapping[str, float | None]
) -> Iterable[GoalLine]:
    before = [month_after(period, -months) for months in range(1, 13)]
    over = sorted((month for month in totals if month < period and _is_over(month, as_of_date)), reverse=True)
    whole = [totals[month] for month in over[:COMPARED_MONTHS]]
    bases = {"last_period": before[:1], "same_period_last_year": before[11:12], "trailing_3_average": before[:3]}
    amounts = {**stated, **{basis: _mean(totals, months) for basis, months in bases.items()}}
    for basis in ("custom", *bases, "plan"):
        amount = amounts[basis]
        yield GoalLine(
            sla_id=sla.sla_id,
            unit=sla.unit,
            segment=sla.segment,
            goal_basis=basis,
            amount=amount,
            is_so_far=amount is not None and any(not _is_over(month, as_of_date) for month in bases.get(basis, ())),
            months_compared=len(whole),
            months_reached=None if amount is None else sum(total >= amount - TOLERANCE for total in whole),
        )


def _mean(totals: Totals, months: list[date]) -> float | None:
    """Null if one of the months is not in the mart, because it is before the first lead or in the future."""
    return sum(totals[month] for month in months) / len(months) if all(month in totals for month in months) else None


def _is_over(month: date, as_of_date: date) -> bool:
    return month_after(month, 1) <= as_of_date + ONE_DAY


def _custom(targets: list[Values], sla: _Sla, period: date) -> float | None:
    rows = [row for row in targets if row["sla_id"] == sla.sla_id and row["period_start"] == period]
    if not rows:
        return None
    last = max(rows, key=lambda row: row["effective_from"] or period)
    return None if last["amount"] is None else float(last["amount"])


def _solve_plan(plan_rows: list[Values], plan_inputs: PlanInputs) -> dict[str, float | None]:
    """What the plan's rows of this segment and lead month need, by unit; empty without a row, null where unsolved."""
    wishes = [
        PlanRequest(
            customers=_number(row["customers"]),
            revenue=_number(row["new_revenue"]),
            deal_value=_number(row["average_deal_value"]),
            marketing_share=1.0 if row["marketing_share"] is None else float(row["marketing_share"]),
        )
        for row in plan_rows
        if row["segment"] == plan_inputs.segment
        and month_after(row["period_start"], -(row["sales_cycle_months"] or 0)) == plan_inputs.period
    ]
    if not wishes:
        return {}
    if any(wish.customers is None and not (wish.deal_value or plan_inputs.average_deal_value) for wish in wishes):
        return {"leads": None, "points": None, "value": None}
    needs = [solve(wish, plan_inputs) for wish in wishes]
    customers = sum(need.customers for need in needs)
    values = [need.value for need in needs if need.value is not None]
    return {
        "leads": whole_leads(customers, plan_inputs.weighted_close_rate),
        "points": 100 * customers,
        "value": sum(values) if len(values) == len(needs) else None,
    }


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _split_plan(leads: float | None, plan_inputs: PlanInputs) -> Iterable[PlanLine]:
    if leads is None:
        return
    by_type = split(int(leads), plan_inputs.mix)
    for kind in plan_inputs.mix:
        yield PlanLine(plan_inputs.segment, kind.event_type, kind.share, kind.close_rate, by_type[kind.event_type])


def _write(path: Path, kind: type, lines: Iterable[Any]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [column.name for column in fields(kind)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(line) for line in lines)
