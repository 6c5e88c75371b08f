"""Rows for seeds, in files beside them: only a person decides what a stage means and which rates count."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from lead_sla.crm.pulling import connect
from lead_sla.crm.rates import ProposedRate
from lead_sla.crm.slices import read_lines
from lead_sla.crm.stages import ProposedStage
from lead_sla.inputs.crm_sources import CrmSource
from lead_sla.inputs.seed_reading import Row, read_seed
from lead_sla.inputs.seed_tables import find_table
from lead_sla.settings import Settings

STAGES, RATES = "deal_stages", "exchange_rates"
FOLDER = Path("reference")
Proposed = ProposedStage | ProposedRate


def propose_stages(settings: Settings, source: CrmSource) -> list[ProposedStage]:
    """The stages of a source that the seed does not have, and those that only the history of deals still names.

    Raises:
        InputError: the credentials are not set, or a package is missing.
        PullError: the CRM cannot be read.
    """
    seeded = {row.values.get("stage") for row in _read_rows(settings, STAGES)}
    deals = read_lines(settings.landing_dir / source.kind / "deals")
    return [stage for stage in connect(settings, source).propose_stages(deals) if stage.stage not in seeded]


def propose_rates(settings: Settings, source: CrmSource) -> list[ProposedRate]:
    """The exchange rates of a source that the seed does not have; raises as `propose_stages` does."""
    seeded = {(row.texts.get("currency"), row.texts.get("effective_from")) for row in _read_rows(settings, RATES)}
    rates = connect(settings, source).propose_rates(settings.reporting_currency)
    return [rate for rate in rates if (rate.currency, rate.effective_from) not in seeded]


def to_csv(settings: Settings, seed: str, rows: Sequence[Proposed]) -> str:
    """The rows with a header, in the order of the seed's columns."""
    table = find_table(seed)
    header = _read_header(settings.seeds / table.file) or table.header.split(",")
    text = io.StringIO()
    writer = csv.DictWriter(text, header, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)
    return text.getvalue()


def write_proposal(settings: Settings, seed: str, rows: Sequence[Proposed]) -> Path:
    """Write the rows beside the seed, which is left as it is."""
    path = settings.seeds / FOLDER / f"{seed}.proposed.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(to_csv(settings, seed, rows), encoding="utf-8")
    return path


def _read_header(path: Path) -> list[str]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file), [])


def _read_rows(settings: Settings, seed: str) -> list[Row]:
    return read_seed(find_table(seed), settings.seeds).rows
