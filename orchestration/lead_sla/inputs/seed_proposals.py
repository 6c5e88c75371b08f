"""Lines for codes that no seed has, in the form of the analyst's file, so that they can be pasted and then edited."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from lead_sla.formatting import show_path
from lead_sla.inputs.outcome_words import outcome_of
from lead_sla.inputs.seed_reading import SeedFile, read_seed
from lead_sla.inputs.seed_tables import find_table

SEEDS_OF_KINDS = {"lead_events": "event_types", "deal_events": "deal_stages"}
RANK_STEP = 10


def propose_lines(seeds_dir: Path, table_name: str, codes: Sequence[str]) -> tuple[str, list[str]]:
    """The path of a seed of codes, as it is shown, and a line for each code in the order of the file's header.

    A proposed event type does not qualify. A proposed stage ranks above the ones in the file, and is open unless its
    words mean that a deal is won or lost. Only a pasted line counts, so the person who pastes it has to check it.
    """
    table = find_table(table_name)
    seed = read_seed(table, seeds_dir)
    with (seeds_dir / table.file).open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file))
    code_column = table.columns[0].name
    lines = []
    for number, code in enumerate(codes, start=1):
        values = {code_column: code, "label": _label(code), **_defaults(seed, code, number)}
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(values.get(name, "") for name in header)
        lines.append(line.getvalue())
    return show_path(seeds_dir / table.file), lines


def _defaults(seed: SeedFile, code: str, number: int) -> dict[str, str]:
    if seed.table.name == "event_types":
        return {"funnel_rank": "0", "is_qualifying": "false"}
    highest = max((row.values.get("stage_rank", 0) for row in seed.rows), default=0)
    return {"outcome": outcome_of(code) or "open", "stage_rank": str(highest + number * RANK_STEP)}


def _label(code: str) -> str:
    words = " ".join(code.replace("_", " ").replace("-", " ").split())
    return words[:1].upper() + words[1:]
