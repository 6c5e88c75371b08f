"""The check of the analyst's CSV files, before dbt loads them.

A cast error of the database names neither file nor remedy, so everything is checked here: `seed_tables.py`
declares the columns, `seed_values.py` what a cell may hold, `seed_rules.py` what holds between cells and files.
"""

from collections.abc import Iterator
from pathlib import Path

from lead_sla.errors import InputError
from lead_sla.formatting import show_path
from lead_sla.inputs.seed_reading import Problem, read_seed
from lead_sla.inputs.seed_rules import check_rules_across
from lead_sla.inputs.seed_tables import TABLES


class SeedError(InputError):
    """The seeds are wrong. The message has a line for every problem of every file; `problems` has them as data."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def check_seeds(seeds_dir: Path, reporting_currency: str, shown_dir: Path | None = None) -> None:
    """Check the eight files.

    Args:
        seeds_dir: contains them.
        reporting_currency: ISO 4217 code of the currency of the money in them.
        shown_dir: the folder in messages, if `seeds_dir` is a copy of it.

    Raises:
        SeedError: every problem at once, by file and line, each with what is allowed.
    """
    if not seeds_dir.is_dir():
        message = "the folder of the seeds does not exist. Create it, or set LEAD_SLA_SEEDS to the one with the seeds."
        raise SeedError([Problem(show_path(seeds_dir), 0, "", message)])
    seeds = {table.name: read_seed(table, seeds_dir, shown_dir) for table in TABLES}
    problems = [problem for seed in seeds.values() for problem in seed.problems]
    problems += check_rules_across(seeds, reporting_currency)
    problems += _misplaced(seeds_dir, shown_dir or seeds_dir)
    if problems:
        raise SeedError(sorted(problems, key=lambda problem: (problem.path, problem.line)))


def _misplaced(seeds_dir: Path, shown_dir: Path) -> Iterator[Problem]:
    """Second copies of a seed, which dbt would take for the same table."""
    files = {f"{table.name}.csv": table.file for table in TABLES}
    for path in seeds_dir.rglob("*.csv"):
        found = path.relative_to(seeds_dir).as_posix()
        if files.get(path.name, found) != found:
            place = show_path(shown_dir / files[path.name])
            message = f"a seed of this name belongs in {place}. Move the file there, or rename it."
            yield Problem(show_path(shown_dir / found), 0, "", message)
