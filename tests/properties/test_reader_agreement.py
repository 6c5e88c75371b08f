"""A CSV line lands or is rejected by its own text, whichever reader is used and whatever the other lines are.

The files are small and random, from a seed. Both readers run as in a landing, except that their rows are compared
before they are typed, with the same SQL for both; that takes milliseconds a file.
"""

import os
import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lead_sla.inputs.feeds import Feed, Source
from lead_sla.landing import staging
from lead_sla.landing.files import FileRefusedError, LandingFile
from lead_sla.landing.layouts import find_delimiter, lay_out
from lead_sla.landing.records import Lines, Record, split_fields
from lead_sla.landing.survey import open_text, survey
from lead_sla.landing.typed import MappedSource
from lead_sla.landing.writing import Position, Staged, Target

pytestmark = pytest.mark.property

IS_SOAK = os.environ.get("SOAK") == "true"
FILES = 20_000 if IS_SOAK else 300
FILES_IN_LINES = 2_000 if IS_SOAK else 60
PIECES = [
    '"',
    '"',
    '"',
    "a",
    "b",
    "a b",
    " ",
    " ",
    '""',
    "\t",
    "é",
    "'",
    "\\",
    "#",
    '" "',
    '"x"',
    ";",
    "\ufeff",
    "",
    "\v",
]
RARE_PIECES = ["\r", "\0", "\n", "\x1f"]
NAMES = ("w", "x", "y", "z")
MAPPED = dict.fromkeys(("event_id", "lead_id", "event_type", "occurred_at"), Source("w"))
FEED = Feed("f", "lead_events", "*", columns=MAPPED)
OPEN_QUOTE = "has an open quote"


class Readers:
    """Reads the text of a CSV file with one reader or the other."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._path = folder / "file.csv"
        self._connection = duckdb.connect(config={"threads": "1", "temp_directory": str(folder / "spill")})
        self._rows: list[tuple[Any, ...]] = []
        monkeypatch.setattr(staging, "write_typed", self._fetch)

    def read(self, text: str) -> tuple[list[tuple[Any, ...]] | None, list[tuple[Any, ...]]]:
        """The rows of the fast reader, unless it leaves the file to the exact one; and the rows of the exact one.

        Those have to be the records as `records.py` defines them.
        """
        content = text.encode()
        self._path.write_bytes(content)
        file = LandingFile(self._path, "file.csv", "csv", False, len(content), "id", ())
        facts, layout = survey(file, find_delimiter(FEED, file).encode()), lay_out(FEED, file)
        target = Target(self._path, "id", 1, datetime(2026, 1, 1))
        trusted = staging.stage_fast(self._connection, FEED, file, target, facts, layout)
        fast = self._rows
        staging.stage_exactly(self._connection, FEED, file, target, layout)
        with open_text(file) as stream:
            assert self._rows == [define(record, layout.fields) for record in layout.records(Lines(stream))], text
        return fast if trusted else None, self._rows

    def _fetch(
        self,
        connection: duckdb.DuckDBPyConnection,
        _feed: Feed,
        source: MappedSource,
        target: Target,
        position: Position,
    ) -> Staged:
        """In the place of `write_typed`: line, line count, fault and values of every row; empty values are null."""
        found = connection.execute(
            f"""
            select
                {position.delimiters_within}, {position.row_number}, {position.line_count}, {source.fault},
                nullif(columns('c[0-9]'), '')
            from {source.relation}
            """
        ).fetchall()
        self._rows = [row[1:] for row in found]
        rows = len(found)
        within = sum(within or 0 for within, *_ in found)
        return Staged(target.path, rows, rows, 0, 0, within, 0, 0, is_of_records=False)


def define(record: Record, columns: int) -> tuple[Any, ...]:
    """The row of a record."""
    values = [value.decode() or None for value in split_fields(record.text)] if not record.fault else [None] * columns
    return (record.line_number, record.line_count, record.fault, *values)


@pytest.fixture
def readers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Readers:
    return Readers(tmp_path, monkeypatch)


def test_both_readers_agree_on_every_file_for_which_the_fast_one_is_trusted(readers: Readers) -> None:
    trusted = 0
    for seed in range(FILES):
        text = make_text(random.Random(seed))  # noqa: S311 - a test's dice
        try:
            fast, exact = readers.read(text)
        except FileRefusedError:
            continue
        trusted += fast is not None
        assert fast is None or fast == exact, (seed, text)
    assert trusted > FILES // 5, "otherwise little is compared"


def test_a_line_is_read_the_same_alone_and_among_others(readers: Readers) -> None:
    for seed in range(FILES_IN_LINES):
        rng = random.Random(seed)  # noqa: S311 - a test's dice
        columns = rng.randint(2, len(NAMES))
        lines = [line for line in make_lines(rng, columns, PIECES) if line.strip()]
        header = ",".join(NAMES[:columns]) + "\n"
        alone = [rows[0] for line in lines for rows in [pick(*readers.read(header + line))]]
        if any((fault or "").startswith(OPEN_QUOTE) for _, _, fault, *_ in alone):
            continue  # it may go on in the next line
        together = pick(*readers.read(header + "\n".join(lines)))
        assert [row[2:] for row in together] == [row[2:] for row in alone], (seed, lines)


def pick(fast: list[tuple[Any, ...]] | None, exact: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """What lands."""
    return exact if fast is None else fast


def make_text(rng: random.Random) -> str:
    """A header and a few lines, in most files with as many values as there are names, in the others of any pieces."""
    columns = rng.randint(2, len(NAMES))
    pieces = rng.sample(PIECES, rng.randint(3, 9)) + [rng.choice(RARE_PIECES)] * (rng.random() < 0.1)
    line_break = rng.choice(["\n", "\n", "\r\n"])
    header = ",".join(NAMES[:columns]) + line_break
    if rng.random() < 0.2:
        return header + "".join(rng.choice([*pieces, "\n", ",", ","]) for _ in range(rng.randint(1, 25)))
    return header + line_break.join(make_lines(rng, columns, pieces)) + rng.choice(["", line_break])


def make_lines(rng: random.Random, columns: int, pieces: Sequence[str]) -> Iterator[str]:
    """Lines of random values, of which a few are quoted as they should be, and a few lines have too many or too few."""
    for _ in range(rng.randint(1, 5)):
        yield ",".join(make_value(rng, pieces) for _ in range(columns + rng.choice([0] * 40 + [1, -1])))


def make_value(rng: random.Random, pieces: Sequence[str]) -> str:
    """A value of up to three pieces."""
    value = "".join(rng.choice(pieces) for _ in range(rng.randint(0, 3)))
    return '"' + value.replace('"', '""') + '"' if rng.random() < 0.4 else value
