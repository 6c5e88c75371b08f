"""The stages of HubSpot's deal pipelines as rows for `deal_stages.csv`."""

from collections.abc import Mapping
from typing import Any

from lead_sla.crm.hubspot.client import HubSpot
from lead_sla.crm.stages import RANK_STEP, ProposedStage


def read_stages(hubspot: HubSpot) -> list[ProposedStage]:
    """All stages, in the order of their pipelines.

    Raises:
        PullError: they cannot be read.
    """
    pipelines = sorted(hubspot.get("crm/pipelines", "deals")["results"], key=_place)
    return [
        ProposedStage(
            stage=f"{pipeline['id']}/{stage['id']}",
            label=f"{pipeline['label']}: {stage['label']}" if len(pipelines) > 1 else str(stage["label"]),
            outcome=_outcome(stage.get("metadata") or {}),
            stage_rank=rank * RANK_STEP,
        )
        for pipeline in pipelines
        for rank, stage in enumerate(sorted(pipeline["stages"], key=_place), start=1)
    ]


def name_of(code: str) -> str:
    """The stage in a code, without the pipeline."""
    return code.partition("/")[2]


def _outcome(metadata: Mapping[str, Any]) -> str:
    """A probability of 1 is won, a closed stage at 0 is lost."""
    probability = float(metadata.get("probability") or 0)
    if probability >= 1:
        return "won"
    is_closed = str(metadata.get("isClosed")).lower() == "true"
    return "lost" if is_closed and probability == 0 else "open"


def _place(part: Mapping[str, Any]) -> int:
    return int(part.get("displayOrder") or 0)
