"""The stages of HubSpot's deal pipelines as rows for `deal_stages.csv`."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lead_sla.crm.hubspot.client import HubSpot
from lead_sla.crm.slices import Line
from lead_sla.inputs.outcome_words import outcome_of

RANK_STEP = 10


@dataclass(frozen=True)
class ProposedStage:
    """A row of the seed; `note` says what has to be checked."""

    stage: str
    label: str
    outcome: str
    stage_rank: int
    note: str = ""


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


def find_deleted(deals: Iterable[Line], existing: Collection[str]) -> Iterator[ProposedStage]:
    """Stages that HubSpot no longer has, but that the history of deals names."""
    codes = {state["stage"] for deal in deals for state in deal["history"]}
    for code in sorted(codes - set(existing)):
        stage = code.partition("/")[2]
        yield ProposedStage(code, f"{stage} (deleted)", outcome_of(stage) or "open", 0, "deleted in HubSpot")


def _outcome(metadata: Mapping[str, Any]) -> str:
    """A probability of 1 is won, a closed stage at 0 is lost."""
    probability = float(metadata.get("probability") or 0)
    if probability >= 1:
        return "won"
    is_closed = str(metadata.get("isClosed")).lower() == "true"
    return "lost" if is_closed and probability == 0 else "open"


def _place(part: Mapping[str, Any]) -> int:
    return int(part.get("displayOrder") or 0)
