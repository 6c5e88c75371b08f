"""Stages of deals as rows for the seed `deal_stages.csv`."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

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


def find_deleted(
    deals: Iterable[Line], existing: Collection[str], vendor: str, name_of: Callable[[str], str] = str
) -> Iterator[ProposedStage]:
    """Stages that a CRM no longer has, but that the history of deals names."""
    codes = {state["stage"] for deal in deals for state in deal["history"]}
    for code in sorted(codes - set(existing)):
        name = name_of(code)
        yield ProposedStage(code, f"{name} (deleted)", outcome_of(name) or "open", 0, f"deleted in {vendor}")
