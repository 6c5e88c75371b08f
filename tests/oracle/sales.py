"""What was won, and what is open: `fct_won_deals_monthly` and `rpt_open_pipeline` (section 8)."""

from collections import defaultdict
from fractions import Fraction
from statistics import median

from tests.oracle.dates import month_of
from tests.oracle.deals import Deal, worth
from tests.oracle.events import ALL, UNASSIGNED
from tests.oracle.inputs import Inputs, Row, need, text
from tests.oracle.leads import Lead, World


def won_deal_rows(world: World) -> list[Row]:
    """One row per month and segment with won deals, and for `all`; `world` is that of `as_of_date`."""
    credited = {lead.credited_deal: lead for lead in world.leads if lead.credited_deal is not None}
    segments = {lead.lead_id: lead.segment for lead in world.leads}
    groups: dict[tuple, list[Deal]] = defaultdict(list)
    for deal in world.deals:
        if deal.won_date is not None:
            for segment in (ALL, _segment(deal, segments)):
                groups[month_of(deal.won_date), segment].append(deal)
    return [
        {"period_start": period, "segment": segment, **_won_figures(deals, credited)}
        for (period, segment), deals in groups.items()
    ]


def _won_figures(deals: list[Deal], credited: dict[str, Lead]) -> Row:
    values = [deal.value for deal in deals if deal.value is not None]
    days = [credited[deal.deal_id].days_to_close for deal in deals if deal.deal_id in credited]
    return {
        "won_deals": len(deals),
        "credited_customers": len(days),
        "won_value": float(sum(values)) if values else None,
        "average_deal_value": float(sum(values) / len(values)) if values else None,
        "median_days_to_close": float(median(day for day in days if day is not None)) if days else None,
    }


def open_pipeline_rows(world: World, inputs: Inputs) -> list[Row]:
    """One row per stage and segment with open deals; `world` is that of `as_of_date`."""
    segments = {lead.lead_id: lead.segment for lead in world.leads}
    groups: dict[tuple[str, str], list[Deal]] = defaultdict(list)
    for deal in world.deals:
        if need(inputs.deal_stages[deal.stage], "outcome") == "open":
            groups[deal.stage, _segment(deal, segments)].append(deal)
    rows: list[Row] = []
    for (stage, segment), deals in groups.items():
        amounts = [amount for deal in deals if (amount := _amount(deal, world, inputs)) is not None]
        rows.append(
            {
                "stage": stage,
                "segment": segment,
                "label": text(inputs.deal_stages[stage], "label"),
                "stage_rank": int(need(inputs.deal_stages[stage], "stage_rank")),
                "deals": len(deals),
                "amount": float(sum(amounts)) if amounts else None,
                "median_age_days": float(median((world.cut - deal.opened_date).days for deal in deals)),
            }
        )
    return rows


def _amount(deal: Deal, world: World, inputs: Inputs) -> Fraction | None:
    return None if deal.priced is None else worth(deal.priced, world.cut, inputs)


def _segment(deal: Deal, segments: dict[str, str]) -> str:
    """The segment of the lead that a deal names; `unassigned` without a lead."""
    return segments.get(deal.lead_id or "", UNASSIGNED)
