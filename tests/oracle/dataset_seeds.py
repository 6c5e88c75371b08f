"""The seeds of the generated company: every unit, basis, pacing and change policy, alone and chained."""

from collections.abc import Iterable
from datetime import date

from tests.oracle.dates import add_months, months_between
from tests.oracle.inputs import SeedRow

FIRST_PERIOD, LAST_PERIOD = date(2024, 11, 1), date(2026, 6, 1)
APPROVED = {"approved_by_marketing": "head of marketing", "approved_by_sales": "head of sales"}

# event_type, label, funnel_stage, funnel_rank, is_qualifying. Two types that do not qualify share or exceed the ranks
# of those that do; nobody ever came by `partner_referral`.
EVENT_TYPES = (
    ("page_visit", "Page visit", "visitor", "5", "false"),
    ("whitepaper", "Whitepaper download", "awareness", "10", "true"),
    ("webinar", "Webinar", "interest", "20", "true"),
    ("survey", "Survey", "interest", "20", "false"),
    ("contact_form", "Contact form", "consideration", "30", "true"),
    ("demo", "Demo request", "intent", "40", "true"),
    ("partner_referral", "Partner referral", "intent", "50", "true"),
    ("support_call", "Support call", "customer", "60", "false"),
)
DEAL_STAGES = (
    ("proposal", "Proposal", "open", "10"),
    ("negotiation", "Negotiation", "open", "20"),
    ("won", "Won", "won", "30"),
    ("invoiced", "Invoiced", "won", "40"),
    ("lost", "Lost", "lost", "50"),
)
HOLIDAYS = (
    ("all", "2025-01-01", "New Year"),
    ("all", "2025-07-04", "Independence Day"),
    ("all", "2025-11-09", "A holiday on a Sunday"),
    ("all", "2025-12-25", "Christmas"),
    ("all", "2026-01-01", "New Year"),
    ("all", "2026-06-19", "Juneteenth"),
    ("emea", "2025-05-01", "Labour Day"),
    ("emea", "2025-12-25", "Christmas, listed twice"),
    ("emea", "2026-06-04", "Corpus Christi"),
    ("antarctica", "2026-06-09", "A holiday of others"),
)
EXCHANGE_RATES = (
    ("EUR", "2024-01-01", "1.05"),
    ("EUR", "2025-04-01", "1.125"),
    ("EUR", "2025-10-01", "1.0825"),
    ("EUR", "2026-06-01", "1.2"),
    ("GBP", "2025-10-01", "1.31"),
)
SLA_DEFINITIONS = (
    ("leads_all", "Leads", "leads", "all", "calendar_days", "custom"),
    ("leads_amer_plan", "Leads, Americas, by plan", "leads", "amer", "business_days", "plan"),
    ("leads_emea", "Leads, EMEA", "leads", "emea", "business_days", "last_period"),
    ("leads_nobody", "Leads of a segment nobody is in", "leads", "antarctica", "calendar_days", "plan"),
    ("points_all", "Points", "points", "all", "business_days", "plan"),
    ("points_amer", "Points, Americas", "points", "amer", "calendar_days", "same_period_last_year"),
    ("points_unassigned", "Points of nobody's region", "points", "unassigned", "calendar_days", "custom"),
    ("value_all", "Pipeline value", "value", "all", "calendar_days", "trailing_3_average"),
    ("value_apac", "Pipeline value, APAC", "value", "apac", "business_days", "trailing_3_average"),
    ("value_emea", "Pipeline value, EMEA", "value", "emea", "business_days", "plan"),
)
AGREED_RATE_CARD = (
    ("2025-09-01", "demo", "0.12", "21000.5"),
    ("2026-02-15", "demo", "0.1", ""),
    ("2025-11-01", "whitepaper", "0.015", ""),
    ("2026-01-01", "partner_referral", "0.2", "40000"),
)

# sla_id, then: period and its rows (goal_basis, amount, effective_from's day of the month (0: empty),
# change_policy).
Change = tuple[str, str, int, str]
TARGET_CHANGES: dict[str, dict[str, list[Change]]] = {
    "leads_all": {
        "2025-02": [("custom", "70", 0, ""), ("custom", "84", 10, "prospective")],
        "2025-03": [("custom", "70", 1, "prospective"), ("custom", "90", 12, "retroactive")],
        "2025-04": [("custom", "70", 0, "retroactive"), ("custom", "95", 15, "catch_up")],
        "2025-05": [
            ("custom", "60", 1, "prospective"),
            ("custom", "75", 8, "prospective"),
            ("custom", "90", 15, "catch_up"),
            ("custom", "80", 20, "retroactive"),
            ("custom", "85.5", 25, "prospective"),
        ],
        "2025-06": [
            ("custom", "60", 1, "retroactive"),
            ("custom", "80", 10, "catch_up"),
            ("custom", "100", 20, "catch_up"),
            ("custom", "70", 28, "prospective"),
        ],
        "2025-07": [("same_period_last_year", "", 1, "prospective"), ("custom", "80", 9, "prospective")],
        "2025-08": [
            ("same_period_last_year", "", 1, "prospective"),
            ("custom", "80", 9, "retroactive"),
            ("custom", "99", 20, "catch_up"),
        ],
        "2025-09": [("custom", "80", 1, "prospective"), ("same_period_last_year", "", 10, "catch_up")],
        "2025-10": [
            ("custom", "80", 1, "prospective"),
            ("same_period_last_year", "", 10, "retroactive"),
            ("custom", "75", 15, "retroactive"),
        ],
        "2025-11": [("custom", "90", 1, "prospective"), ("custom", "20", 21, "catch_up")],
        "2025-12": [("last_period", "", 1, "prospective"), ("custom", "110", 10, "catch_up")],
        "2026-01": [("custom", "90", 1, "prospective"), ("trailing_3_average", "", 12, "prospective")],
        "2026-02": [("same_period_last_year", "", 1, "prospective"), ("plan", "", 11, "retroactive")],
        "2026-03": [("custom", "77", 1, "catch_up"), ("last_period", "", 20, "catch_up")],
        "2026-04": [("custom", "0", 1, "prospective")],
        "2026-06": [("custom", "80", 1, "prospective"), ("custom", "100", 10, "")],
    },
    "leads_emea": {
        "2025-05": [
            ("custom", "20", 1, "prospective"),
            ("custom", "25", 17, "prospective"),
            ("custom", "99", 31, "catch_up"),
        ],
        "2025-08": [("custom", "25", 1, "prospective"), ("same_period_last_year", "", 30, "catch_up")],
        "2025-12": [("trailing_3_average", "", 1, "prospective"), ("custom", "30", 24, "catch_up")],
        "2026-06": [("last_period", "", 1, "prospective"), ("same_period_last_year", "", 4, "catch_up")],
    },
    "points_all": {
        "2025-12": [("plan", "", 1, "prospective"), ("custom", "480.25", 15, "catch_up")],
        "2026-06": [("plan", "", 1, "prospective"), ("trailing_3_average", "", 8, "retroactive")],
    },
    "points_unassigned": {"2025-06": [("custom", "55", 1, "prospective")], "2026-06": [("custom", "1", 0, "")]},
    "value_all": {"2026-05": [("custom", "125000.55", 1, "prospective"), ("plan", "", 18, "prospective")]},
}

# period_start, segment, new_revenue, average_deal_value, customers, marketing_share, sales_cycle_months
REVENUE_PLAN = (
    ("2024-12-01", "all", "90000", "", "", "", "0"),
    ("2025-08-01", "all", "400000", "20000", "", "0.6", "2"),
    ("2025-06-01", "all", "", "", "3", "", ""),
    ("2025-10-01", "all", "100000", "", "", "0.5", "1"),
    ("2025-12-01", "all", "", "15000", "6", "", "0"),
    ("2026-01-01", "all", "", "", "4.5", "", "1"),
    ("2026-02-01", "all", "", "", "7", "", "0"),
    ("2026-05-01", "all", "120000", "", "", "", "0"),
    ("2026-08-01", "all", "150000", "11000", "", "0.75", "2"),
    ("2026-06-01", "all", "40000", "", "", "", ""),
    ("2025-03-01", "amer", "", "", "2", "", "0"),
    ("2026-06-01", "amer", "", "", "5", "", "0"),
    ("2026-07-01", "amer", "33333.33", "9999.99", "", "0.3333", "1"),
    ("2026-01-01", "emea", "", "", "2", "", "0"),
    ("2026-06-01", "emea", "", "12500", "2", "", "0"),
    ("2026-09-01", "emea", "60000", "", "", "0.5", "3"),
    ("2024-12-01", "emea", "", "", "2", "", "0"),
    ("2026-06-01", "antarctica", "", "10000", "2", "", "0"),
)


def all_seeds() -> dict[str, list[SeedRow]]:
    """Every seed by name, in the columns of the specification, as text."""
    return {
        "event_types": _rows("event_type,label,funnel_stage,funnel_rank,is_qualifying", EVENT_TYPES),
        "deal_stages": _rows("stage,label,outcome,stage_rank", DEAL_STAGES),
        "holidays": _rows("segment,holiday_date,label", HOLIDAYS),
        "exchange_rates": _rows("currency,effective_from,rate", EXCHANGE_RATES),
        "sla_definitions": _rows("sla_id,label,unit,segment,pacing,goal_basis", SLA_DEFINITIONS),
        "sla_targets": _targets(),
        "revenue_plan": _rows(
            "period_start,segment,new_revenue,average_deal_value,customers,marketing_share,sales_cycle_months",
            REVENUE_PLAN,
        ),
        "agreed_rate_card": [
            {**row, **APPROVED, "note": ""}
            for row in _rows("effective_from,event_type,close_rate,average_deal_value", AGREED_RATE_CARD)
        ],
    }


def _rows(columns: str, values: Iterable[tuple[str, ...]]) -> list[SeedRow]:
    return [dict(zip(columns.split(","), row, strict=True)) for row in values]


def _targets() -> list[SeedRow]:
    """A custom row for every month of `leads_all` that has no changes (but one), and the changes."""
    plain: dict[str, list[Change]] = {}
    for number, period in enumerate(months_between(FIRST_PERIOD, LAST_PERIOD)):
        if period != add_months(LAST_PERIOD, -1):
            plain[f"{period:%Y-%m}"] = [("custom", str(50 + 2 * number), 1, "prospective")]
    changes = {**TARGET_CHANGES, "leads_all": {**plain, **TARGET_CHANGES["leads_all"]}}
    return [
        {
            "sla_id": sla_id,
            "period_start": f"{month}-01",
            "goal_basis": goal_basis,
            "amount": amount,
            "effective_from": f"{month}-{day:02}" if day else "",
            "change_policy": policy,
            "reason": "" if day <= 1 else "market moved",
            **APPROVED,
        }
        for sla_id, months in changes.items()
        for month, rows in months.items()
        for goal_basis, amount, day, policy in rows
    ]
