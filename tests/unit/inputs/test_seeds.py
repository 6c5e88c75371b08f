"""The check of the seeds as a whole: files, folders, several mistakes at once, and what is harmless."""

import shutil
from pathlib import Path

import pytest

from lead_sla.inputs.seeds import SeedError, check_seeds
from lead_sla.settings import PROJECT_DIR
from tests.support.small_seeds import (
    CARD,
    DEFINITIONS,
    HOLIDAYS,
    PLAN,
    RATES,
    SEEDS,
    STAGES,
    TARGETS,
    TYPES,
    complaints,
    write_seed,
    write_seeds,
)

WHOLE_FILES = [
    (TYPES, "true", "false", "no row has is_qualifying true, so nobody could become a lead."),
    (STAGES, "won,20", "open,20", "no stage has the outcome won."),
]


@pytest.fixture
def seeds_dir(tmp_path: Path) -> Path:
    return write_seeds(tmp_path / "seeds")


def test_the_starter_seeds_pass() -> None:
    check_seeds(PROJECT_DIR / "seeds", "USD")


def test_good_seeds_pass(seeds_dir: Path) -> None:
    check_seeds(seeds_dir, "USD")


@pytest.mark.parametrize(("file", "old", "new", "message"), WHOLE_FILES)
def test_a_file_without_the_row_it_needs_is_named(seeds_dir: Path, file: str, old: str, new: str, message: str) -> None:
    write_seed(seeds_dir / file, SEEDS[file].replace(old, new))
    assert f"seeds/{file}: {message}" in complaints(seeds_dir)


def test_a_file_of_definitions_without_rows_is_named(seeds_dir: Path) -> None:
    for file in (DEFINITIONS, TARGETS, PLAN, HOLIDAYS):
        write_seed(seeds_dir / file, SEEDS[file].split("\n", 1)[0] + "\n")
    assert complaints(seeds_dir) == [f"seeds/{DEFINITIONS}: the file has no row. Define at least one SLA."]


def test_every_problem_of_every_file_is_reported_at_once_by_file_and_line(seeds_dir: Path) -> None:
    write_seed(seeds_dir / TARGETS, SEEDS[TARGETS].replace(",400,", ",-5,").replace("catch_up", "never"))
    write_seed(seeds_dir / CARD, SEEDS[CARD].replace("0.10", "10").replace("Ada", ""))
    write_seed(seeds_dir / RATES, SEEDS[RATES].replace("1.20", "-1"))
    places = [message.split(":")[0] for message in complaints(seeds_dir)]
    assert places == [
        f"seeds/{CARD}, line 2, column close_rate",
        f"seeds/{CARD}, line 2, column approved_by_marketing",
        f"seeds/{RATES}, line 3, column rate",
        f"seeds/{TARGETS}, line 2, column amount",
        f"seeds/{TARGETS}, line 3, column change_policy",
    ]


def test_a_missing_file_is_named_with_the_header_it_needs(seeds_dir: Path) -> None:
    (seeds_dir / HOLIDAYS).unlink()
    assert complaints(seeds_dir) == [
        f"seeds/{HOLIDAYS}: the file is missing. Create it; the header line is enough: segment,holiday_date,label"
    ]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"
    assert complaints(folder) == [
        "nowhere: the folder of the seeds does not exist. Create it, or set LEAD_SLA_SEEDS to the one with the seeds."
    ]


def test_a_file_is_shown_by_a_path_that_can_be_opened(seeds_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_seed(seeds_dir / HOLIDAYS, "")
    shutil.copy(seeds_dir / TARGETS, seeds_dir / "reference/sla_targets.csv")
    for folder, shown in ((seeds_dir.parent / "seeds/targets", seeds_dir), (seeds_dir.parent, Path("seeds"))):
        monkeypatch.chdir(folder)
        with pytest.raises(SeedError) as caught:
            check_seeds(seeds_dir, "USD")
        assert [problem.path for problem in caught.value.problems] == [
            str(shown / HOLIDAYS),
            str(shown / "reference/sla_targets.csv"),
        ]


def test_an_empty_file_is_reported_with_its_header(seeds_dir: Path) -> None:
    write_seed(seeds_dir / HOLIDAYS, "")
    assert complaints(seeds_dir) == [
        f"seeds/{HOLIDAYS}, line 1: the header is missing. The first line must be: segment,holiday_date,label"
    ]


def test_a_file_in_another_encoding_is_named_with_line_and_byte(seeds_dir: Path) -> None:
    (seeds_dir / HOLIDAYS).write_bytes(b"segment,holiday_date,label\nall,2026-01-01,ok\nemea,2026-04-06,P\xe2ques\n")
    assert complaints(seeds_dir) == [
        f"seeds/{HOLIDAYS}, line 3: the byte 0xe2 is not UTF-8. Save the file as CSV in UTF-8."
    ]


def test_a_second_copy_of_a_seed_is_named(seeds_dir: Path) -> None:
    shutil.copy(seeds_dir / TARGETS, seeds_dir / "reference/sla_targets.csv")
    assert complaints(seeds_dir) == [
        "seeds/reference/sla_targets.csv: a seed of this name belongs in seeds/targets/sla_targets.csv. "
        "Move the file there, or rename it."
    ]


def test_one_mistake_does_not_bring_complaints_about_what_depends_on_it(seeds_dir: Path) -> None:
    write_seed(seeds_dir / DEFINITIONS, SEEDS[DEFINITIONS].replace("unit", "units", 1))
    assert all(message.startswith(f"seeds/{DEFINITIONS}, line 1") for message in complaints(seeds_dir))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("\ufeff" + SEEDS[HOLIDAYS], id="byte-order mark"),
        pytest.param(SEEDS[HOLIDAYS].replace("\n", "\r\n"), id="CRLF"),
        pytest.param(SEEDS[HOLIDAYS].replace("\n", "\n\n"), id="blank lines"),
        pytest.param(SEEDS[HOLIDAYS].rstrip("\n"), id="no line end"),
        pytest.param("label,segment,holiday_date\nNew Year,all,2026-01-01\n", id="columns moved"),
        pytest.param("segment,holiday_date,label\n", id="no rows"),
        pytest.param('segment,holiday_date,label\nall,2026-01-01,"""It\'s"", 5"" off"\n', id="quotes"),
    ],
)
def test_harmless_differences_between_editors_pass(seeds_dir: Path, content: str) -> None:
    write_seed(seeds_dir / HOLIDAYS, content)
    check_seeds(seeds_dir, "USD")


def test_a_line_is_the_physical_line_also_after_blank_ones(seeds_dir: Path) -> None:
    write_seed(seeds_dir / HOLIDAYS, SEEDS[HOLIDAYS].replace("\n", "\r\n\r\n").replace("2026-04-03", "soon"))
    assert complaints(seeds_dir)[0].startswith(f"seeds/{HOLIDAYS}, line 5, column holiday_date")


def test_a_change_without_approvals_passes_because_only_agreed_rates_need_them(seeds_dir: Path) -> None:
    write_seed(seeds_dir / TARGETS, SEEDS[TARGETS].replace("Ada,Sam", ","))
    check_seeds(seeds_dir, "USD")


def test_rows_of_one_month_and_segment_of_the_plan_may_add_up(seeds_dir: Path) -> None:
    write_seed(seeds_dir / PLAN, SEEDS[PLAN] + "2026-05-01,emea,100000,5000,,,1\n")
    check_seeds(seeds_dir, "USD")


def test_the_reporting_currency_may_have_the_rate_one(seeds_dir: Path) -> None:
    write_seed(seeds_dir / RATES, SEEDS[RATES] + "USD,2026-01-01,1.0\n")
    check_seeds(seeds_dir, "USD")
