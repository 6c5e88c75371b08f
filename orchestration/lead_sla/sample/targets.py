"""The sample company's agreements: its SLAs, their targets month by month, and its revenue plan.

Past targets are round numbers around what the month brought, so that some months were beaten and some missed. The
current month's targets of the three regions are set so that on `until` one is ahead, one on track and one behind;
they are the only ones that move with `until`. While less than a tenth of a month has gone by, it is too early for a
status, and they stay at what will put them there by the end of the month.
"""

import math
from datetime import date
from typing import Final, NamedTuple

import numpy as np

from lead_sla.sample import business, calendar_days, credit
from lead_sla.sample.columns import Table

TARGETS_STREAM: Final = 4
SPREAD: Final = 0.11  # of past targets around the actual, as a share
TOO_EARLY_SHARE: Final = 0.10  # the first elapsed share with a status
STEPS: Final = (100, 50, 20, 10, 5, 2, 1, 0.5, 0.1, 0.01)  # targets are as round as they can be
BOTH_SIGNED: Final = ("Head of Marketing", "Head of Sales")


class Sla(NamedTuple):
    """One SLA."""

    sla_id: str
    label: str
    unit: str
    segment: str
    pacing: str
    goal_basis: str


class AttainmentRange(NamedTuple):
    """The attainment that a target should result in on `until`: `aim` if possible, always from `low` to `high`."""

    aim: float
    low: float
    high: float


class Change(NamedTuple):
    """A target that was changed during a past month."""

    months_ago: int
    day: int
    factor: float
    policy: str
    reason: str


SLAS: Final = (
    Sla("leads_americas", "Leads from the Americas", "leads", "americas", "business_days", "custom"),
    Sla("leads_emea", "Leads from EMEA", "leads", "emea", "business_days", "custom"),
    Sla("leads_apac", "Leads from APAC", "leads", "apac", "calendar_days", "custom"),
    Sla("leads_all", "Leads that the revenue plan needs", "leads", "all", "business_days", "plan"),
    Sla("points_all", "Lead points, all regions", "points", "all", "business_days", "custom"),
    Sla("points_emea", "Lead points from EMEA", "points", "emea", "business_days", "trailing_3_average"),
    Sla("value_americas", "Expected value from the Americas", "value", "americas", "calendar_days", "custom"),
    Sla("value_all", "Expected value, all regions", "value", "all", "calendar_days", "same_period_last_year"),
)
WISHES: Final = {
    "leads_americas": AttainmentRange(1.20, 1.12, 1.40),
    "leads_emea": AttainmentRange(1.01, 0.97, 1.07),
    "leads_apac": AttainmentRange(0.68, 0.50, 0.77),
}
CHANGES: Final = {
    "leads_emea": Change(5, 12, 1.15, "catch_up", "Trade fair moved forward, Sales asks for more leads"),
    "points_all": Change(3, 10, 1.10, "prospective", "Two new account executives start"),
    "value_americas": Change(7, 16, 0.90, "retroactive", "Budget cut agreed for the whole month"),
}
YOUNG_MONTHS: Final = 4  # the first months have too little history for the SLA's own basis
PLAN_CYCLE_MONTHS: Final = 2
PLAN_CLOSE_RATE: Final = 0.055  # customers per lead that the plan assumes
PLAN_MARKETING_SHARE: Final = 0.6


def target_rows(entries: Table, first_month: int, until: date, seed: int) -> list[tuple[str, ...]]:
    """The rows of `sla_targets.csv`, for every month from `first_month` to that of `until`.

    In the order in which `lead-sla agree` writes them, so that a review of the first agreement shows it alone.
    """
    current = calendar_days.month_number(until)
    rows: list[tuple[str, ...]] = []
    for place, sla in enumerate(SLAS):
        for month in range(first_month, current + 1):
            basis = sla.goal_basis
            if basis == "trailing_3_average" and month < first_month + YOUNG_MONTHS:
                basis = "last_period"
            if basis == sla.goal_basis != "custom":
                continue  # already in the definition
            amount = ""
            if basis == "custom":
                rng = np.random.default_rng([seed, month, TARGETS_STREAM, place])
                amount = _spell(_custom_amount(entries, sla, month, until, rng.normal(1.0, SPREAD)))
            start = calendar_days.first_day(month).isoformat()
            rows.append((sla.sla_id, start, basis, amount, "", "", "", *BOTH_SIGNED))
            change = CHANGES.get(sla.sla_id)
            if change and month == current - change.months_ago:
                rows.append(_changed(sla, month, float(amount), change))
    return sorted(rows, key=lambda row: (row[0], row[1], row[4]))  # SLA, month, effective_from


def plan_rows(first_month: int, until: date, scale: float) -> list[tuple[str, ...]]:
    """The rows of `revenue_plan.csv`: the leads of each month are those for its revenue two months later.

    Most months plan revenue; each sixth plans customers. The first year plans with a deal value, later the rate card's
    is taken.
    """
    rows: list[tuple[str, ...]] = []
    for month in range(first_month + 1, calendar_days.month_number(until) + 2):
        customers = business.expected_leads(month, scale) * PLAN_CLOSE_RATE
        revenue = customers * business.DEAL_MEAN_VALUE / PLAN_MARKETING_SHARE
        value = "16000" if month < first_month + 12 else ""
        period = calendar_days.first_day(month + PLAN_CYCLE_MONTHS).isoformat()
        planned = (_spell(_rounded(revenue)), value, "", str(PLAN_MARKETING_SHARE))
        if month % 6 == 0:
            planned = ("", value, str(max(1, round(customers))), "")
        rows.append((period, "all", *planned, str(PLAN_CYCLE_MONTHS)))
    return rows


def _custom_amount(entries: Table, sla: Sla, month: int, until: date, luck: float) -> float:
    days = calendar_days.days_of(month)
    whole = credit.total(entries, sla.unit, sla.segment, int(days[0]), int(days[-1]))
    wish = WISHES.get(sla.sla_id)
    if month < calendar_days.month_number(until) or wish is None:
        return _rounded(whole * max(luck, 0.5))
    weights = credit.day_weights(month, sla.segment, sla.pacing)
    today = calendar_days.day_number(until)
    elapsed = weights[: until.day].sum() / weights.sum()
    actual = credit.total(entries, sla.unit, sla.segment, int(days[0]), today)
    if elapsed < TOO_EARLY_SHARE - 1e-9 or actual == 0:
        return _rounded(whole / wish.aim)
    return _roundest(actual / elapsed, wish)


def _roundest(full_attainment: float, wish: AttainmentRange) -> float:
    """The roundest target whose attainment is as wished; `full_attainment` is the target that makes it exactly 1."""
    for step in STEPS:
        amount = round(full_attainment / wish.aim / step) * step
        if amount > 0 and wish.low <= full_attainment / amount <= wish.high:
            return amount
    return full_attainment / wish.aim


def _rounded(amount: float) -> float:
    """Rounded to two digits, like real targets."""
    if amount <= 1:
        return 1.0
    step = 10.0 ** (math.floor(math.log10(amount)) - 1)
    return round(amount / step) * step


def _changed(sla: Sla, month: int, amount: float, change: Change) -> tuple[str, ...]:
    start = calendar_days.first_day(month)
    new_amount = _spell(_rounded(amount * change.factor))
    effective = start.replace(day=change.day).isoformat()
    signed = (change.reason, *BOTH_SIGNED)
    return (sla.sla_id, start.isoformat(), "custom", new_amount, effective, change.policy, *signed)


def _spell(amount: float) -> str:
    return f"{amount:.2f}".rstrip("0").rstrip(".")
