"""A company with 16 months of history whose every name is hostile, published: what reports are tested on."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from lead_sla.publishing import publish
from tests.support.cases import agreed, lead, sla, target, won
from tests.support.harness import Company

AS_OF = date(2026, 6, 17)
FIRST_DAY = date(2025, 3, 1)
PUBLISHED_AT = datetime(2026, 6, 18, 6, 0, tzinfo=UTC)

# Types and segments as somebody's CRM might spell them: markup, formulas, quotes, emoji, another script.
SCRIPT = '<script>alert("type")</script>'
FORMULA = '=HYPERLINK("http://x.example","go")'
ROCKET = "🚀 démo & “call”"
TYPES = {SCRIPT: 0.02, FORMULA: 0.06, ROCKET: 0.2}
EMEA = "</script><b>EMEA</b>"
APAC = "@APAC's +1"
SEGMENTS = (EMEA, APAC)
CHANNELS = ('=cmd("x")', "<b>fair</b>", None)
PAGE = "/preis?a=1&b=<2>"


def publish_reported_company(home: Path) -> Company:
    """Land, build and publish the company twice (as of the day before, and as of `AS_OF`), without any report."""
    company = Company(home)
    seed_company(company)
    events = list(_make_events(random.Random(4)))  # noqa: S311 - a test's dice
    company.drop_file("lead_events", [event for event in events if "event_type" in event])
    company.drop_file("deal_events", [event for event in events if "stage" in event])
    day_before = PUBLISHED_AT - timedelta(days=1)
    company.refresh(AS_OF - timedelta(days=1), published_at=f"{day_before:%Y-%m-%d %H:%M:%S}")
    publish(company.settings, "day-before", AS_OF - timedelta(days=1), day_before, None)
    late = [lead("latecomer", ROCKET, "2026-05-12", segment=EMEA), lead("stranger", "no such type", "2026-05-12")]
    company.drop_file("lead_events", late, "late.csv")
    company.refresh(AS_OF, as_shipped=True, published_at=f"{PUBLISHED_AT:%Y-%m-%d %H:%M:%S}")
    publish(company.settings, "today", AS_OF, PUBLISHED_AT, None)
    return company


def seed_company(company: Company) -> None:
    """Six SLAs in all units, paces and statuses, an agreed card, and a target that changes during the month."""
    types = [
        {"event_type": code, "label": f"{code} \\ label", "funnel_stage": "marketing", "funnel_rank": rank}
        for rank, code in enumerate(TYPES, start=1)
    ]
    company.seed("event_types", [{**kind, "is_qualifying": "true"} for kind in types])
    company.seed(
        "sla_definitions",
        [
            sla("leads_all", label='Leads, "all" <regions> & more'),
            sla("leads_emea", segment=EMEA, label="-2+3 leads from EMEA", pacing="business_days"),
            sla("points_all", "points", label="+Points"),
            sla("points_apac", "points", APAC, label="@points 🎯", goal_basis="trailing_3_average"),
            sla("value_all", "value", label="=1+1", pacing="business_days"),
            sla("no_goal", label="Nothing agreed", goal_basis="custom"),
        ],
    )
    company.seed(
        "sla_targets",
        [
            target(
                "leads_all",
                "2026-06-01",
                90,
                reason="<i>Spring</i>",
                approved_by_marketing="Mía",
                approved_by_sales="S",
            ),
            target(
                "leads_all", "2026-06-01", 120, effective_from="2026-06-10", change_policy="catch_up", reason="more"
            ),
            target("leads_emea", "2026-06-01", 20),
            target("points_all", "2026-06-01", 900),
            target("value_all", "2026-06-01", 90000),
        ],
    )
    company.seed("agreed_rate_card", [agreed(ROCKET, 0.2, "2026-01-01"), agreed(FORMULA, 0.06, "2026-01-01")])


def _make_events(dice: random.Random) -> Iterator[dict[str, Any]]:
    yield {
        "deal_id": "open",
        "lead_id": f"{FIRST_DAY}-0",
        "stage": "proposal",
        "amount": "5000",
        "occurred_at": "2026-05-20",
    }
    day = FIRST_DAY
    while day <= AS_OF:
        for number in range(0 if day.weekday() == 6 else dice.randint(1, 7)):
            lead_id = f"{day}-{number}"
            kind = dice.choices(list(TYPES), weights=[6, 3, 1])[0]
            segment = dice.choice(SEGMENTS)
            yield lead(lead_id, kind, day, segment=segment, channel=CHANNELS[number % 3], landing_page=PAGE)
            if kind == SCRIPT and dice.random() < 0.1:
                yield lead(lead_id, ROCKET, day + timedelta(days=dice.randint(1, 30)), segment=segment)
            if dice.random() < TYPES[kind]:
                amount = f"{dice.randint(5, 30) * 1000}.00"
                yield won(lead_id, day + timedelta(days=dice.randint(5, 80)), amount=amount, currency="USD")
        day += timedelta(days=1)
