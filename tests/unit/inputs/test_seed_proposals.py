"""Lines for codes that no seed has: they can be pasted, and pass the check."""

import csv
from pathlib import Path

import pytest

from lead_sla.inputs.seed_proposals import propose_lines
from lead_sla.inputs.seeds import check_seeds
from tests.support.small_seeds import STAGES, TYPES, write_seed, write_seeds


def test_proposed_event_types_do_not_qualify(tmp_path: Path) -> None:
    write_seeds(tmp_path)
    path, lines = propose_lines(tmp_path, "event_types", ["gated_video", "Fair, day 1"])
    assert path == str(tmp_path / TYPES)
    assert lines == ["gated_video,Gated video,,0,false", '"Fair, day 1","Fair, day 1",,0,false']


def test_other_proposed_stages_are_open_and_rank_above_the_others(tmp_path: Path) -> None:
    write_seeds(tmp_path)
    assert propose_lines(tmp_path, "deal_stages", ["verbal-yes", "legal"])[1] == [
        "verbal-yes,Verbal yes,open,40",
        "legal,Legal,open,50",
    ]


@pytest.mark.parametrize(
    ("stage", "outcome"),
    [
        *[
            (stage, "won")
            for stage in ("Closed Won", "closedwon", "closed_won", "Gewonnen", "Gagné", "Ganada", "Ganho")
        ],
        *[(stage, "lost") for stage in ("Closed Lost", "lost", "Verloren", "Perdue", "Perdida", "Perdido")],
        *[(stage, "open") for stage in ("Proposal", "Won or lost", "Wonder", "Closed", "Angebot")],
    ],
)
def test_words_for_won_and_lost_propose_the_outcome(tmp_path: Path, stage: str, outcome: str) -> None:
    write_seeds(tmp_path)
    [line] = propose_lines(tmp_path, "deal_stages", [stage])[1]
    assert next(csv.reader([line]))[2] == outcome


def test_lines_follow_the_header_of_the_file_and_pass_the_check(tmp_path: Path) -> None:
    write_seeds(tmp_path)
    header = "aliases,stage_rank,outcome,label,stage"
    write_seed(tmp_path / STAGES, f"{header}\n,20,won,Won,won\n")
    (line,) = propose_lines(tmp_path, "deal_stages", ["legal"])[1]
    assert dict(zip(header.split(","), next(csv.reader([line])), strict=True)) == {
        "aliases": "",
        "stage_rank": "30",
        "outcome": "open",
        "label": "Legal",
        "stage": "legal",
    }
    with (tmp_path / STAGES).open("a") as file:
        file.write(f"{line}\n")
    check_seeds(tmp_path, "USD")
