"""The Olist funnel read straight from its two CSV files into the calculation's input (real leads and deals).

`olist_inputs(folder)` maps them as that folder's README describes; `known_numbers(folder)` reads the table of known
numbers out of the README itself, so that nothing of the data is copied into the project.
"""

import csv
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tests.oracle.inputs import Feed, Inputs, LandedDeal, LandedLead, Parameters, SeedRow

LEADS_FILE = "olist_marketing_qualified_leads_dataset.csv"
DEALS_FILE = "olist_closed_deals_dataset.csv"
ORIGINS = (
    "other_publicities",
    "display",
    "other",
    "referral",
    "email",
    "direct_traffic",
    "unknown",
    "social",
    "paid_search",
    "organic_search",
)
AS_OF = date(2018, 11, 30)
LANDED_AT = datetime(2018, 12, 1, 12)


def olist_inputs(folder: Path, **rules: Any) -> Inputs:
    """Leads by origin, deals that are all won, no amounts; business zone Sao Paulo, as of 2018-11-30."""
    leads = [
        LandedLead(
            file_number=1,
            row_number=number,
            feed="olist_leads",
            landed_at=LANDED_AT,
            event_id=row["mql_id"],
            lead_id=row["mql_id"],
            event_type=row["origin"].strip() or "unknown",
            occurred_date=date.fromisoformat(row["first_contact_date"]),
            segment="brazil",
            landing_page=row["landing_page_id"] or None,
        )
        for number, row in _rows(folder / LEADS_FILE)
    ]
    deals = [
        LandedDeal(
            file_number=2,
            row_number=number,
            feed="olist_deals",
            landed_at=LANDED_AT,
            event_id=row["mql_id"],
            deal_id=row["mql_id"],
            lead_id=row["mql_id"],
            stage="won",
            occurred_at=datetime.fromisoformat(row["won_date"]),
        )
        for number, row in _rows(folder / DEALS_FILE)
    ]
    return Inputs(
        feeds=[Feed("olist_leads", "lead_events"), Feed("olist_deals", "deal_events")],
        leads=leads,
        deals=deals,
        parameters=Parameters(**{"as_of_date": AS_OF, "business_timezone": "America/Sao_Paulo", **rules}),
        seeds=olist_seeds(),
    )


def olist_seeds() -> dict[str, list[SeedRow]]:
    """The seeds this data needs: its origins, its one stage, and an SLA of every unit."""
    slas: list[SeedRow] = [
        {
            "sla_id": f"olist_{unit}",
            "label": f"Olist {unit}",
            "unit": unit,
            "segment": "all",
            "pacing": "business_days",
            "goal_basis": "trailing_3_average",
        }
        for unit in ("leads", "points", "value")
    ]
    return {
        "event_types": [
            {
                "event_type": origin,
                "label": origin.replace("_", " "),
                "funnel_stage": "marketing qualified",
                "funnel_rank": str(rank),
                "is_qualifying": "true",
            }
            for rank, origin in enumerate(ORIGINS, start=1)
        ],
        "deal_stages": [{"stage": "won", "label": "Won", "outcome": "won", "stage_rank": "1"}],
        "sla_definitions": slas,
    }


def known_numbers(folder: Path) -> dict[str, tuple[int, int]]:
    """Leads and deals of each origin, from the table in the folder's README."""
    lines = (folder / "README.md").read_text(encoding="utf-8").splitlines()
    matches = [re.fullmatch(r"\| (\w+)(?:, with empty)? \| (\d+) \| (\d+) \|", line.strip()) for line in lines]
    return {match[1]: (int(match[2]), int(match[3])) for match in matches if match}


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV file with their line numbers."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from enumerate(csv.DictReader(file), start=2)
