"""The check of the analyst's CSV files, before dbt loads them.

A cast error of the database names neither file nor remedy, so everything is judged here, in words: `seed_tables.py`
declares the columns, `seed_values.py` what a cell may hold, `seed_rules.py` what holds between cells and files.
"""

from collections.abc import Iterator
from pathlib import Path

from lead_sla.errors import InputError
from lead_sla.inputs.seed_reading import Problem, read_seed
from lead_sla.inputs.seed_rules import check_rules_across
from lead_sla.inputs.seed_tables import TABLES


class SeedError(InputError):
    """The seeds are wrong. The message has a line for every problem of every file; `problems` has them as data."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def check_seeds(seeds_dir: Path, reporting_currency: str) -> None:
    """Check the eight files in `seeds_dir`; money in them is in `reporting_currency`, an ISO 4217 code.

    Raises:
        SeedError: every problem at once, by file and line, each with what is allowed.
    """
    if not seeds_dir.is_dir():
        raise SeedError(
            [Problem(str(seeds_dir), 0, "", "the folder of the seeds is missing. Set LEAD_SLA_SEEDS to it.")]
        )
    seeds = {table.name: read_seed(table, seeds_dir) for table in TABLES}
    problems = [problem for seed in seeds.values() for problem in seed.problems]
    problems += check_rules_across(seeds, reporting_currency)
    problems += _misplaced(seeds_dir)
    if problems:
        raise SeedError(sorted(problems, key=lambda problem: (problem.path, problem.line)))


def _misplaced(seeds_dir: Path) -> Iterator[Problem]:
    """Second copies of a seed, which dbt would take for the same table."""
    files = {f"{table.name}.csv": table.file for table in TABLES}
    for path in seeds_dir.rglob("*.csv"):
        found = path.relative_to(seeds_dir).as_posix()
        if files.get(path.name, found) != found:
            message = f"a seed of this name belongs in {files[path.name]}. Move the file there, or rename it."
            yield Problem(f"{seeds_dir.name}/{found}", 0, "", message)
