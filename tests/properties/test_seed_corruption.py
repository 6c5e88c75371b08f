"""Whatever one slip of the hand does to the starter seeds, it is reported where it happened or loads as it was checked.

Where a seed starts empty, its example is what is changed. The files are loaded as dbt loads them: the CSV dialect is
read from the macro, the column types from the seeds' YAML.
"""

import csv
import functools
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_sla.inputs.seed_reading import Problem, read_seed
from lead_sla.inputs.seed_rules import EXISTENCES, REFERENCES, UNIQUE, row_rules
from lead_sla.inputs.seed_tables import TABLES, SeedTable
from lead_sla.inputs.seed_values import CODE_SEPARATOR
from lead_sla.inputs.seeds import SeedError, check_seeds
from lead_sla.settings import PROJECT_DIR
from tests.support.random_cases import try_cases

pytestmark = pytest.mark.property

CURRENCY = "USD"
ALPHABET = ",;\"'\n\r\t %$-./0123456789abcdefghijklmnopqrstuvwxyzTRUE_\u00a0\u200b\ufeffé\x00#"
NEAR_MISSES = [
    *(
        "",
        " ",
        "null",
        "NULL",
        "-5",
        "-0",
        "10",
        "10 %",
        "0.10",
        "1,200",
        "1e3",
        "nan",
        "inf",
        "9" * 20,
        "0" * 50,
        ".5",
    ),
    *("2026-02-01", "2026-02-31", "01/02/2026", "2026-02", "1900-01-01", "infinity", "true", "no", "all", "All", "USD"),
    *("eur", "leads_all", "demo_request", "page_visit", "custom", "plan", "won", "lost", "leads", 'say "hi"', "it's"),
]


def shipped(table: SeedTable) -> Path:
    """The file with rows: the example where the seed itself starts empty."""
    seed = PROJECT_DIR / "seeds" / table.file
    example = seed.with_name(f"{table.name}.example.csv")
    return example if example.exists() else seed


@st.composite
def changed_cells(draw: st.DrawFn) -> tuple[SeedTable, int, str, str]:
    """A table, the number of one of its rows, one of its columns, and a new value for that cell."""
    table = draw(st.sampled_from(TABLES))
    row = draw(st.integers(0, len(read_rows(table)) - 1))
    column = draw(st.sampled_from(table.columns)).name
    return table, row, column, draw(st.sampled_from(NEAR_MISSES) | st.text(max_size=20) | st.text(ALPHABET, max_size=8))


@st.composite
def changed_characters(draw: st.DrawFn) -> tuple[SeedTable, int, int, str]:
    """A table, a position in its file, how many characters go there, and what comes instead."""
    table = draw(st.sampled_from(TABLES))
    position = draw(st.integers(0, len(shipped(table).read_text())))
    return table, position, draw(st.integers(0, 1)), draw(st.text(ALPHABET, max_size=1))


@given(changed_cells())
@try_cases(few=100, many=2000)
def test_a_changed_cell_is_reported_where_it_stands_or_loads_as_checked(
    change: tuple[SeedTable, int, str, str],
) -> None:
    table, row, column, value = change
    rows = [dict(texts) for texts in read_rows(table)]
    rows[row][column] = value
    with copied_seeds() as seeds_dir:
        with (seeds_dir / table.file).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, table.header.split(","), lineterminator="\n", quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows(rows)
        problems = find_problems(seeds_dir)
        if problems:
            assert all(is_about(problem, table, row + 2, column) for problem in problems), problems
        else:
            assert_loads_as_checked(table, seeds_dir)


@given(changed_characters())
@try_cases(few=100, many=2000)
def test_a_changed_character_is_reported_on_its_line_or_loads_as_checked(
    change: tuple[SeedTable, int, int, str],
) -> None:
    table, position, removed, inserted = change
    content = shipped(table).read_text()
    line = content.count("\n", 0, position) + 1
    with copied_seeds() as seeds_dir:
        changed = content[:position] + inserted + content[position + removed :]
        (seeds_dir / table.file).write_bytes(changed.encode())
        problems = find_problems(seeds_dir)
        own = [problem for problem in problems if problem.path.endswith(table.file)]
        if own:
            # A line break made or unmade here moves what follows by one line.
            assert any(abs(problem.line - line) <= 1 or f"line {line} " in problem.message for problem in own), problems
        elif problems:
            referring = {reference.table for reference in REFERENCES if reference.target == table.name}
            assert all(Path(problem.path).stem in referring for problem in problems), problems
        else:
            assert_loads_as_checked(table, seeds_dir)


@functools.cache
def read_rows(table: SeedTable) -> list[dict[str, str]]:
    with shipped(table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@contextmanager
def copied_seeds() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        for table in TABLES:
            path = Path(folder) / "seeds" / table.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(shipped(table).read_bytes())
        yield Path(folder) / "seeds"


def find_problems(seeds_dir: Path) -> list[Problem]:
    try:
        check_seeds(seeds_dir, CURRENCY)
    except SeedError as error:
        return error.problems
    return []


def is_about(problem: Problem, table: SeedTable, line: int, column: str) -> bool:
    """Whether the problem names the cell, or a cell that a rule weighs against it."""
    place = (Path(problem.path).stem, problem.column)
    if place == (table.name, column):
        return problem.line == line or f"line {line} " in problem.message
    if place[0] == table.name:
        weighed = [(rule.column, rule.reads) for rule in row_rules(CURRENCY) if rule.table == table.name]
        weighed += [(unique.columns[-1], unique.columns) for unique in UNIQUE if unique.table == table.name]
        weighed += [("", tuple(row.name for row in table.columns)) for rule in EXISTENCES if rule.table == table.name]
        return any(place[1] == named and column in read for named, read in weighed)
    changed = (table.name, "event_type" if column == "is_qualifying" else column)
    return any(
        place == (reference.table, reference.column) and changed == (reference.target, reference.target_column)
        for reference in REFERENCES
    )


def assert_loads_as_checked(table: SeedTable, seeds_dir: Path) -> None:
    seed = read_seed(table, seeds_dir)
    with (seeds_dir / table.file).open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file))
    types = column_types()[table.name]
    connection = duckdb.connect()
    connection.execute(f"create table seed ({', '.join(f'{name} {types[name]}' for name in header)})")
    connection.execute(f"copy seed from '{seeds_dir / table.file}' ({csv_dialect()})")
    columns = [name if name in header else f"null as {name}" for name in types]  # a seed that is older than the column
    loaded = connection.execute(f"select {', '.join(columns)} from seed").fetchall()
    assert loaded == [tuple(as_stored(row.values[name], types[name]) for name in types) for row in seed.rows]


def as_stored(value: Any, column_type: str) -> Any:
    if isinstance(value, tuple):
        return CODE_SEPARATOR.join(value)
    return float(value) if isinstance(value, Decimal) and column_type == "double" else value


@functools.cache
def column_types() -> dict[str, dict[str, str]]:
    return {table.name: {column.name: column.kind.column_type for column in table.columns} for table in TABLES}


@functools.cache
def csv_dialect() -> str:
    macro = re.search(
        r"{% macro seed_csv_dialect\(\) -%}\n(.*?)\n{%- endmacro %}",
        (PROJECT_DIR / "macros/adapters/seeds.sql").read_text(),
        re.DOTALL,
    )
    assert macro
    return macro.group(1).strip()
