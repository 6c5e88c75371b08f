"""The commands around an agreement: what a month needs, what could be agreed on, and what was."""

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from lead_sla.agreements.planning import (
    MixChange,
    PlanInputs,
    PlanRequest,
    Requirement,
    cheapest_change,
    read_last_leads,
    read_plan_inputs,
    require_segment,
    solve,
    split,
)
from lead_sla.agreements.proposal import Proposal, make_proposal, write_proposal
from lead_sla.agreements.signing import Agreement
from lead_sla.agreements.signing import agree as write_agreement
from lead_sla.cli.console import company_settings, out, print_line, reported_errors
from lead_sla.cli.options import Month
from lead_sla.errors import InputError
from lead_sla.formatting import NOTHING, show_number, show_percent, show_rate
from lead_sla.mart.reading import open_mart
from lead_sla.months import month_after
from lead_sla.publishing import prepare_ledgers
from lead_sla.warehouse import hold_lock

MOST = 1e15  # of any quantity; binary floating point is exact for integers up to here


def plan(  # noqa: PLR0913 - one argument an option
    *,
    period: Month,
    customers: Annotated[float | None, typer.Option(min=0, max=MOST, help="Customers needed.")] = None,
    revenue: Annotated[
        float | None, typer.Option(min=0, max=MOST, help="New revenue needed, instead of customers.")
    ] = None,
    segment: Annotated[str, typer.Option(help="Whose leads; `all` is everyone's.")] = "all",
    deal_value: Annotated[float | None, typer.Option(min=0.01, max=MOST, help="By default the rate card's.")] = None,
    marketing_share: Annotated[float, typer.Option(min=0, max=1, help="Marketing's share of the revenue.")] = 1.0,
    sales_cycle_months: Annotated[
        int, typer.Option(min=0, max=120, help="How many months earlier the leads are needed.")
    ] = 0,
    leads: Annotated[
        int | None, typer.Option(min=1, max=int(MOST), help="Leads to expect, by default last month's.")
    ] = None,
) -> None:
    """Show the leads, points and value that customers or revenue of a month need, and which mix would do."""
    with reported_errors():
        if (customers is None) == (revenue is None):
            raise InputError("Give exactly one of --customers and --revenue.")
        lead_month = month_after(period, -sales_cycle_months)
        settings = company_settings()
        with open_mart(settings) as mart:
            plan_inputs = read_plan_inputs(mart, lead_month, segment)
            require_segment(mart, segment)
            last = read_last_leads(mart, lead_month, segment)
        request = PlanRequest(customers, revenue, deal_value, marketing_share)
        need = _show_need(period, plan_inputs, request, settings.reporting_currency)
        _show_mix(plan_inputs, need, leads, last)


def propose(period: Month) -> None:
    """Show what could be agreed on for a month, and write it as CSV: rate card, goals on every basis, plan."""
    with reported_errors():
        settings = company_settings()
        proposal = make_proposal(settings, period)
        folder = write_proposal(settings, proposal)
        _show_proposal(proposal, settings.reporting_currency)
        print_line(f"Written to {folder}: rate_card.csv, goals.csv, plan.csv. Agree with `lead-sla agree`.")


def agree(  # noqa: PLR0913 - one argument an option
    *,
    period: Month,
    sla: Annotated[str, typer.Option(help="The SLA.")],
    basis: Annotated[str, typer.Option(help="The goal basis, or custom with an --amount.")],
    marketing: Annotated[str, typer.Option(help="Who signs for Marketing.")],
    sales: Annotated[str, typer.Option(help="Who signs for Sales.")],
    reason: Annotated[str, typer.Option(help="Why, in a few words.")],
    amount: Annotated[str | None, typer.Option(help="The target, with --basis custom.")] = None,
    change_policy: Annotated[
        str | None, typer.Option(help="For a month that has begun: prospective, retroactive or catch_up.")
    ] = None,
) -> None:
    """Write an agreement to the seeds: the target, and the proposed rate card. Nothing is written if a check fails."""
    with reported_errors():
        settings = company_settings()
        agreement = Agreement(sla, period, basis, amount, marketing, sales, reason, change_policy)
        today = datetime.now(ZoneInfo(settings.business_timezone)).date()
        # A refresh must not read one file from before the agreement and one from after it.
        with hold_lock(settings, "lead-sla agree", log=print_line):
            prepare_ledgers(settings)
            changed = write_agreement(settings, agreement, today)
        for line in changed:
            print_line(line)
        print_line("Have both sides review the change, then run `lead-sla refresh`.")


def _show_need(period: date, plan_inputs: PlanInputs, wish: PlanRequest, currency: str) -> Requirement:
    need = solve(wish, plan_inputs)
    unpriced = [kind.event_type for kind in plan_inputs.mix if kind.close_rate is None]
    if need.leads is None:
        why = f"{', '.join(unpriced)} has no close rate" if unpriced else "leads of the usual mix do not close"
        raise InputError(
            f"{plan_inputs.remark} The number of leads needed is unknown: "
            f"{why if plan_inputs.mix else 'there are no leads'}."
        )
    by_type = split(need.leads, plan_inputs.mix)
    lead_month = "" if plan_inputs.period == period else f" in {plan_inputs.period:%Y-%m}"
    summary = f"{show_number(need.customers)} customers in {period:%Y-%m} need{lead_month}"
    print_line(
        f"{summary}: {need.leads:,} leads, {show_number(need.points)} points, "
        f"{'an unknown value' if need.value is None else 'a value of ' + show_number(need.value, currency=currency)}."
    )
    print_line(plan_inputs.remark)
    table = _table("Lead type", "Share", "Close rate", "Points", "Leads needed")
    for kind in plan_inputs.mix:
        rate = kind.close_rate or 0.0
        table.add_row(
            kind.event_type,
            show_percent(kind.share),
            show_rate(rate),
            show_number(100 * rate),
            f"{by_type[kind.event_type]:,}",
        )
    out.print(table)
    return need


def _show_mix(plan_inputs: PlanInputs, need: Requirement, leads: int | None, last: tuple[date, int] | None) -> None:
    if leads is None and last is None:
        print_line(
            "There are no earlier months for this segment; add --leads to calculate which change of mix is enough."
        )
        return
    count = leads or (last[1] if last else 0)
    origin = f"{count:,} leads" if leads or not last else f"the {count:,} leads of {last[0]:%Y-%m}"
    expected = count * (plan_inputs.weighted_close_rate or 0.0)
    rates = {kind.event_type: kind.close_rate or 0.0 for kind in plan_inputs.mix}
    change = cheapest_change(split(count, plan_inputs.mix), rates, expected, need.customers)
    print_line(_describe_change(origin, need.customers, change))


def _describe_change(origin: str, customers: float, change: MixChange) -> str:
    expected = f"With {origin} at this mix, {change.expected_before:,.2f} customers are expected"
    if not change.moves and change.is_enough:
        return f"{expected}: enough."
    if not change.is_enough:
        return (
            f"{expected}; even if all of them were {change.best_type}, {change.expected_after:,.2f} would be, and "
            f"{show_number(customers)} are needed. Increase the number of leads."
        )
    moves = ", ".join(f"{move.leads:,} of {move.from_type} into {move.to_type}" for move in change.moves)
    return f"{expected}. The cheapest change of mix with as many leads: turn {moves}."


def _show_proposal(proposal: Proposal, currency: str) -> None:
    print_line(f"{proposal.plan_inputs.remark} Figures up to the end of {proposal.as_of_date}.")
    card = _table("Lead type", "Close rate", "95 % interval", "Leads", "Method", "In force", "Change")
    for line in proposal.card:
        interval = (
            f"{show_rate(line.close_rate_low)} to {show_rate(line.close_rate_high)}"
            if line.close_rate is not None
            else NOTHING
        )
        change = NOTHING if line.change is None else f"{round(100 * line.change, 2) + 0.0:+.2f}"
        in_force = f"{show_rate(line.close_rate_in_force)} {'agreed' if line.rate_source_in_force == 'agreed' else ''}"
        rate = show_rate(line.close_rate)
        card.add_row(line.event_type, rate, interval, f"{line.leads:,}", line.method, in_force, change)
    out.print(card)
    goals = _table("SLA", "Basis", "Goal", "Reached in")
    for goal in proposal.goals:
        unit = currency if goal.unit == "value" else None
        amount = show_number(goal.amount, currency=unit) + (" so far" if goal.is_so_far else "")
        reached = NOTHING if goal.months_reached is None else f"{goal.months_reached} of {goal.months_compared} months"
        goals.add_row(goal.sla_id, goal.goal_basis, amount, reached)
    out.print(goals)
    if proposal.plan:
        needed = _table("The plan needs", "Segment", "Share", "Leads")
        for kind in proposal.plan:
            needed.add_row(kind.event_type, kind.segment, show_percent(kind.share), f"{kind.leads:,}")
        out.print(needed)


def _table(first: str, *headings: str) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(first, overflow="fold", min_width=16)
    for heading in headings:
        table.add_column(heading, justify="right", overflow="fold")
    return table
