"""The files of a pull: JSON Lines, one slice a file, whose first line says which window it covers.

They are the only state that a pull has. A slice is written under `.part`, synced and renamed, so that one that has its
name is complete. Names sort in the order of writing.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lead_sla.crm.errors import PullError
from lead_sla.crm.moments import read_moment, show_moment
from lead_sla.disk import sync

SLICE_RECORDS = 2_000  # what a killed backfill reads again at most, and what is held in memory at once
STAMP = "%Y%m%dT%H%M%SZ"
NAME = re.compile(r"(?P<stamp>\d{8}T\d{6}Z)_(?P<counter>\d{4})_")
NOT_IN_NAMES = re.compile(r"[^0-9A-Za-z]+")
LONGEST_WINDOW = 60
FIXED = ("source", "object", "kind", "begun_at", "is_complete")
REMEDY = "Only a pull writes files there. Move this one away and rerun; what it stated is read again."

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Slice:
    """The first line of a file. `window` depends on the kind: from and until, or after and next_after."""

    kind: str
    begun_at: datetime
    is_complete: bool
    window: Mapping[str, str | None]


class SliceFolder:
    """The slices of one object of one source. Counts in `written` the lines that it has written."""

    def __init__(self, path: Path, source: str, begun_at: datetime) -> None:
        """Create the folder, and remove what a killed pull has left unfinished.

        Args:
            path: the folder.
            source: the kind of CRM.
            begun_at: when this pull began.
        """
        self.path = path
        self.written = 0
        self._source = source
        self._begun_at = begun_at
        path.mkdir(parents=True, exist_ok=True)
        for unfinished in path.glob("*.part"):
            unfinished.unlink()
        # Also where the clock was set back, or two pulls begin in one second, the next name sorts last.
        last = max((match.groups() for file in _files(path) if (match := NAME.match(file.name))), default=("", "0"))
        self._stamp = max(begun_at.strftime(STAMP), last[0])
        self._counter = int(last[1]) if last[0] == self._stamp else 0

    def headers(self) -> list[Slice]:
        """The first lines of all slices, in the order of writing."""
        found = []
        for path in _files(self.path):
            with path.open(encoding="utf-8") as file:
                found.append(_read_header(path, file.readline()))
        return found

    def lines(self) -> Iterator[Line]:
        """What all slices state, in the order of writing."""
        return read_lines(self.path)

    def write(
        self, kind: str, window: Mapping[str, str | None], lines: Iterable[Line], *, is_complete: bool = True
    ) -> None:
        """Write a slice; it either gets its name with everything in it, or does not exist."""
        self._counter += 1
        words = "-".join(NOT_IN_NAMES.sub("", value) for value in window.values() if value)
        name = f"{self._stamp}_{self._counter:04}_{kind}_{words[:LONGEST_WINDOW] or 'all'}.jsonl"
        part = self.path / f"{name}.part"
        header = {
            "source": self._source,
            "object": self.path.name,
            "kind": kind,
            **window,
            "begun_at": show_moment(self._begun_at),
            "is_complete": is_complete,
        }
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps({"slice": header}) + "\n")
            for line in lines:
                file.write(to_text(line) + "\n")
                self.written += 1
            file.flush()
            os.fsync(file.fileno())
        part.rename(self.path / name)
        sync(self.path)


def read_lines(folder: Path) -> Iterator[Line]:
    """What all slices of a folder state, in the order of writing; nothing if there is no folder."""
    for path in _files(folder):
        with path.open(encoding="utf-8") as file:
            _read_header(path, file.readline())
            for number, line in enumerate(file, start=2):
                yield _read_line(path, number, line)


def to_text(line: Line) -> str:
    """A line of a slice; equal statements give equal texts."""
    return json.dumps(line, ensure_ascii=False, separators=(", ", ": "))


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.jsonl"))


def _read_header(path: Path, text: str) -> Slice:
    line = _read_line(path, 1, text)
    try:
        header = line["slice"]
        window = {key: header[key] for key in header if key not in FIXED}
        return Slice(header["kind"], read_moment(header["begun_at"]), bool(header["is_complete"]), window)
    except (KeyError, TypeError, ValueError) as error:
        raise PullError(f"{path}, line 1: is not the first line of a slice. {REMEDY}") from error


def _read_line(path: Path, number: int, text: str) -> Line:
    try:
        line = json.loads(text)
    except ValueError as error:
        raise PullError(f"{path}, line {number}: is not valid JSON. {REMEDY}") from error
    if not isinstance(line, dict):
        raise PullError(f"{path}, line {number}: is not an object. {REMEDY}")
    return line
