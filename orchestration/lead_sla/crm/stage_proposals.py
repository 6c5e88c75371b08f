"""Rows for the seed of stages, in a file beside it: only a person decides what a stage means."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from lead_sla.crm.hubspot.stages import ProposedStage, find_deleted, read_stages
from lead_sla.crm.pulling import connect
from lead_sla.crm.slices import read_lines
from lead_sla.inputs.crm_sources import CrmSource
from lead_sla.inputs.seed_reading import read_seed
from lead_sla.inputs.seed_tables import TABLES
from lead_sla.settings import Settings

FOLDER = Path("reference")
SEED, PROPOSAL = FOLDER / "deal_stages.csv", FOLDER / "deal_stages.proposed.csv"


@dataclass(frozen=True)
class StageProposal:
    """The stages that the seed does not have, and they as text in the order of the seed's columns."""

    stages: tuple[ProposedStage, ...]
    text: str


def propose_stages(settings: Settings, sources: Sequence[CrmSource]) -> StageProposal:
    """Propose the stages of the sources, and those that only the history of landed deals still names.

    Raises:
        InputError: the token is not set.
        PullError: a source cannot be read.
    """
    (table,) = (one for one in TABLES if one.file == SEED.as_posix())
    seeded = {row.values.get("stage") for row in read_seed(table, settings.seeds).rows}
    found: list[ProposedStage] = []
    for source in sources:
        stages = read_stages(connect(settings))
        deals = read_lines(settings.landing_dir / source.kind / "deals")
        found += [*stages, *find_deleted(deals, {stage.stage for stage in stages})]
    new = tuple(stage for stage in found if stage.stage not in seeded)
    return StageProposal(new, _to_csv(new, _read_header(settings.seeds / SEED) or table.header.split(",")))


def write_proposal(settings: Settings, proposal: StageProposal) -> Path:
    """Write the rows beside the seed, which is left as it is."""
    path = settings.seeds / PROPOSAL
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(proposal.text, encoding="utf-8")
    return path


def _read_header(path: Path) -> list[str]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file), [])


def _to_csv(stages: Sequence[ProposedStage], header: Sequence[str]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, header, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(asdict(stage) for stage in stages)
    return text.getvalue()
