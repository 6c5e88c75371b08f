"""The sample company's seeds: the same files, with the same columns, as for a real company."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from lead_sla.sample import business, calendar_days, targets
from lead_sla.sample.columns import Table

COLUMNS: Final = {
    "reference/event_types": ("event_type", "label", "funnel_stage", "funnel_rank", "is_qualifying"),
    "reference/deal_stages": ("stage", "label", "outcome", "stage_rank"),
    "reference/holidays": ("segment", "holiday_date", "label"),
    "reference/exchange_rates": ("currency", "effective_from", "rate"),
    "targets/sla_definitions": ("sla_id", "label", "unit", "segment", "pacing", "goal_basis"),
    "targets/sla_targets": (
        "sla_id",
        "period_start",
        "goal_basis",
        "amount",
        "effective_from",
        "change_policy",
        "reason",
        "approved_by_marketing",
        "approved_by_sales",
    ),
    "targets/revenue_plan": (
        "period_start",
        "segment",
        "new_revenue",
        "average_deal_value",
        "customers",
        "marketing_share",
        "sales_cycle_months",
    ),
    "agreements/agreed_rate_card": (
        "effective_from",
        "event_type",
        "close_rate",
        "average_deal_value",
        "approved_by_marketing",
        "approved_by_sales",
        "note",
    ),
}
AGREED_MONTHS_AGO: Final = 4
EUR_RATES: Final = ("1.0450", "1.0820", "1.1210", "1.0980", "1.1640", "1.1370")  # by quarter, over and over
PAGE_VISIT_ROW: Final = (business.PAGE_VISIT, "Page visit", "anonymous", 0, "false")


def write_seeds(entries: Table, first_month: int, until: date, seed: int, scale: float) -> dict[str, bytes]:
    """Every seed file by its path below the seeds folder; `entries` is the credit of the leads (`credit.book`)."""
    rows: dict[str, Iterable[Sequence[object]]] = {
        "reference/event_types": [
            PAGE_VISIT_ROW,
            *((kind.code, kind.label, kind.funnel_stage, kind.funnel_rank, "true") for kind in business.EVENT_TYPES),
        ],
        "reference/deal_stages": business.DEAL_STAGES,
        "reference/holidays": _holidays(first_month, until),
        "reference/exchange_rates": _exchange_rates(first_month, until),
        "targets/sla_definitions": targets.SLAS,
        "targets/sla_targets": targets.target_rows(entries, first_month, until, seed),
        "targets/revenue_plan": targets.plan_rows(first_month, until, scale),
        "agreements/agreed_rate_card": _agreed_rate_card(until),
    }
    return {f"{name}.csv": _csv(COLUMNS[name], rows[name]) for name in COLUMNS}


def _holidays(first_month: int, until: date) -> list[tuple[str, str, str]]:
    """From the first year to the next one, which is already planned."""
    return [
        (segment, day.isoformat(), label)
        for year in range(first_month // 12, until.year + 2)
        for segment, day, label in calendar_days.holidays_of(year)
    ]


def _exchange_rates(first_month: int, until: date) -> list[tuple[str, str, str]]:
    first_quarter, last_quarter = first_month // 3, calendar_days.month_number(until) // 3
    return [
        ("EUR", calendar_days.first_day(quarter * 3).isoformat(), EUR_RATES[quarter % len(EUR_RATES)])
        for quarter in range(first_quarter, last_quarter + 1)
    ]


def _agreed_rate_card(until: date) -> list[tuple[str, str, float, str, str, str, str]]:
    start = calendar_days.first_day(calendar_days.month_number(until) - AGREED_MONTHS_AGO).isoformat()
    note = "Agreed at the quarterly review"
    return [
        (start, "contact_request", 0.11, "", *targets.BOTH_SIGNED, note),
        (start, "demo_request", 0.18, "", *targets.BOTH_SIGNED, note),
    ]


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
