"""Rows for the seed of stages, in a file beside it: only a person decides what a stage means."""

import csv
import io
from pathlib import Path

from lead_sla.crm.hubspot.stages import ProposedStage, find_deleted, read_stages
from lead_sla.crm.pulling import connect
from lead_sla.crm.slices import read_lines
from lead_sla.inputs.crm_sources import CrmSource
from lead_sla.inputs.seed_reading import read_seed
from lead_sla.inputs.seed_tables import TABLES
from lead_sla.settings import Settings

COLUMNS = ("stage", "label", "outcome", "stage_rank")


def propose_stages(settings: Settings, source: CrmSource) -> list[ProposedStage]:
    """The stages of a source that the seed does not have, and those that only the history of deals still names.

    Raises:
        InputError: the token is not set.
        PullError: HubSpot cannot be read.
    """
    (table,) = (one for one in TABLES if one.name == "deal_stages")
    seeded = {row.values.get("stage") for row in read_seed(table, settings.seeds).rows}
    stages = read_stages(connect(settings))
    deals = read_lines(settings.landing_dir / source.kind / "deals")
    deleted = find_deleted(deals, {stage.stage for stage in stages})
    return [stage for stage in (*stages, *deleted) if stage.stage not in seeded]


def to_csv(stages: list[ProposedStage]) -> str:
    """The rows with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([getattr(stage, name) for name in COLUMNS] for stage in stages)
    return text.getvalue()


def write_proposal(settings: Settings, stages: list[ProposedStage]) -> Path:
    """Write the rows beside the seed, which is left as it is."""
    path = settings.seeds / "reference" / "deal_stages.proposed.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(to_csv(stages), encoding="utf-8")
    return path
