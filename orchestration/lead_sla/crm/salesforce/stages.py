"""The stages of opportunities as rows for `deal_stages.csv`."""

from lead_sla.crm.salesforce.client import Org, Row
from lead_sla.crm.salesforce.objects import STAGE
from lead_sla.crm.salesforce.soql import select
from lead_sla.crm.stages import RANK_STEP, ProposedStage


def read_stages(org: Org) -> list[ProposedStage]:
    """All stages in their order, also those that are no longer used: deals of the past have them.

    Raises:
        PullError: they cannot be read.
    """
    rows = org.query(select(STAGE.required, STAGE.name, order="SortOrder"))
    ordered = sorted(rows, key=lambda row: int(row["SortOrder"] or 0))
    return [_to_stage(row, rank * RANK_STEP) for rank, row in enumerate(ordered, start=1)]


def _to_stage(row: Row, rank: int) -> ProposedStage:
    outcome = "won" if row["IsWon"] else "lost" if row["IsClosed"] else "open"
    label = str(row["MasterLabel"])
    return ProposedStage(str(row["ApiName"]), label if row["IsActive"] else f"{label} (inactive)", outcome, rank)
