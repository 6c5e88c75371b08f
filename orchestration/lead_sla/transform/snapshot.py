"""A snapshot of everything that a refresh depends on besides landed files and the day: project, seeds, settings, code.

A refresh takes one before dbt reads the project (see `worker.py`) and looks at the files again after its last step. A
file that changed in between may have been read before or after, so that nothing is known about that refresh.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lead_sla import LOADED_AT
from lead_sla.settings import Settings
from lead_sla.transform.project import project_files

PACKAGE_DIR = Path(__file__).resolve().parents[1]
CLOCK_SECONDS = 1.0  # file systems take their time from a clock that is a little behind
NANOSECONDS = 10**9

# Size, modification time, change time (ns) and inode. Unlike the modification time, nobody can set the change time.
Traits = tuple[int, int, int, int]


@dataclass(frozen=True)
class Snapshot:
    """The hash of all contents, and the traits of each file when it was read."""

    digest: str
    traits: dict[str, Traits | None]


def take_snapshot(settings: Settings) -> Snapshot | None:
    """The files, settings and packages as they are now; None if that is not certain.

    That is when a file cannot be read, or when our code has changed since this process began to load it.
    """
    digest = hashlib.sha256()
    # Secrets are masked in here, so that nobody can guess them from the hash.
    for text in (settings.model_dump_json(), *_packages()):
        digest.update(f"{text}\0".encode())
    traits: dict[str, Traits | None] = {}
    try:
        for path in _files(settings):
            traits[str(path)] = look_at(path)  # first, so that a change while the file is read is noticed
            content = "missing" if traits[str(path)] is None else hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(os.fsencode(path) + f"\0{content}\0".encode())
    except OSError:
        return None
    return None if _code_is_newer_than_process(traits) else Snapshot(digest.hexdigest(), traits)


def has_changed(settings: Settings, snapshot: Snapshot) -> bool:
    """Whether a file has appeared, vanished or been written since the snapshot, also if its content is the same."""
    return {str(path): look_at(path) for path in _files(settings)} != snapshot.traits


def look_at(path: Path) -> Traits | None:
    """The traits of a file, which change whenever it is written or replaced; None if it cannot be found."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _files(settings: Settings) -> Iterator[Path]:
    yield from (settings.feeds, settings.rules)
    yield from _below(settings.seeds)
    yield from project_files()
    yield from (path for path in _below(PACKAGE_DIR) if path.suffix != ".pyc")


def _below(folder: Path) -> Iterator[Path]:
    """Every file below the folder, also behind a link to another folder."""
    for place, folders, names in os.walk(folder, followlinks=True):
        folders.sort()
        yield from (path for name in sorted(names) if (path := Path(place) / name).is_file())


def _code_is_newer_than_process(traits: dict[str, Traits | None]) -> bool:
    """Python reads a module once, so that this process may run what a file contained before."""
    latest = (LOADED_AT - CLOCK_SECONDS) * NANOSECONDS
    changed = [fact[2] for path, fact in traits.items() if fact and Path(path).is_relative_to(PACKAGE_DIR)]
    return max(changed) > latest


def _packages() -> list[str]:
    """Python and every installed package, with their versions."""
    folders = {path.name for entry in sys.path for path in Path(entry).glob("*.dist-info")}
    return [sys.version, *sorted(folders)]
