"""Finds and identifies the files of a feed in the landing folder, with their format."""

import codecs
import gzip
import hashlib
import os
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from lead_sla.errors import LeadSlaError

Format = Literal["csv", "jsonl", "json", "parquet", "xlsx"]

ENDINGS: dict[str, Format] = {
    ".csv": "csv",
    ".csv.gz": "csv",
    ".jsonl": "jsonl",
    ".jsonl.gz": "jsonl",
    ".ndjson": "jsonl",
    ".ndjson.gz": "jsonl",
    ".json": "json",
    ".json.gz": "json",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
}
FIRST_BYTES = 4096
# What is no data: hidden files, and what programs leave beside their files while they run or for their own use.
PASSED_STARTS = (".", "~$")
PASSED_ENDINGS = (".tmp", ".part", ".partial", ".crdownload", ".bak", ".crc")
PASSED_NAMES = ("thumbs.db", "desktop.ini")


class FileRefusedError(LeadSlaError):
    """A file that cannot land as a whole; the message names the reason and the remedy. The other files still land."""


class UnreadableError(FileRefusedError):
    """The operating system cannot read the file."""

    def __init__(self, error: OSError) -> None:
        super().__init__(
            f"it cannot be read ({error.strerror or error}). Check that the file is there, and its permissions."
        )


@dataclass(frozen=True)
class LandingFile:
    """A file as it was when landing identified it."""

    location: Path
    path: str  # relative to the landing folder, with forward slashes
    format: Format
    is_gzip: bool
    size_bytes: int
    file_id: str  # SHA-256 of its bytes
    traits: tuple[int, ...]  # size, modification time and inode, which change with the file
    warnings: tuple[str, ...] = ()  # what is odd about how it is written, without its name

    def require_unchanged(self) -> None:
        """Refuse the file if it is not the one that was identified, or is gone."""
        try:
            traits = _traits(self.location)
        except OSError as error:
            raise UnreadableError(error) from error
        if traits != self.traits:
            raise FileRefusedError(
                "it changed while it was read. Nothing of it has landed; rerun the refresh once it is complete, and "
                "copy files under a name that ends in .tmp or .part until they are."
            )


def find_files(landing_dir: Path, pattern: str) -> list[str]:
    """Paths of the data files that match, relative to `landing_dir` and in landing order: sorted by their bytes.

    They have an ending of `ENDINGS`. Folders, hidden files, files that are still being copied, and what programs leave
    beside data is passed over. So are names that begin with _, unless the pattern has one: Spark does the same.
    """
    return [path for path in _find(landing_dir, pattern) if _ending(path)]


def find_unread_files(landing_dir: Path, pattern: str) -> list[str]:
    """Paths of the files that match, but have an ending that is not read."""
    return [path for path in _find(landing_dir, pattern) if not _ending(path)]


def _find(landing_dir: Path, pattern: str) -> list[str]:
    asks_for_underscore = any(part.startswith("_") for part in PurePosixPath(pattern).parts)
    starts = PASSED_STARTS if asks_for_underscore else (*PASSED_STARTS, "_")
    relative = (path.relative_to(landing_dir) for path in landing_dir.glob(pattern) if not path.is_dir())
    names = {path.as_posix() for path in relative if not any(part.startswith(starts) for part in path.parts)}
    return sorted((name for name in names if not _is_passed_over(name.lower())), key=os.fsencode)


def _is_passed_over(path: str) -> bool:
    return path.endswith(PASSED_ENDINGS) or PurePosixPath(path).name in PASSED_NAMES


def _ending(path: str) -> str | None:
    matching = (ending for ending in ENDINGS if path.lower().endswith(ending))
    return max(matching, key=len, default=None)


def identify(landing_dir: Path, path: str) -> LandingFile:
    """Determine the format of a file that `find_files` has found, and hash it.

    Raises:
        FileRefusedError: its name is not UTF-8, or it cannot be read.
    """
    try:
        path.encode()
    except UnicodeEncodeError as error:
        raise FileRefusedError("its name is not UTF-8. Rename it.") from error
    location = landing_dir / path
    if not location.is_file():
        raise FileRefusedError("it is not a regular file, or is a broken link. Replace it with the file itself.")
    ending = _ending(path) or ""
    file_format, is_gzip = ENDINGS[ending], ending.endswith(".gz")
    try:
        traits = _traits(location)
        if file_format == "json" and not is_array(location, is_gzip):
            file_format = "jsonl"
        with location.open("rb") as file:
            file_id = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableError(error) from error
    return LandingFile(location, path, file_format, is_gzip, traits[0], file_id, traits)


def is_array(location: Path, is_gzip: bool) -> bool:
    """Whether a file of JSON in UTF-8 begins as an array does."""
    with gzip.open(location, "rb") if is_gzip else location.open("rb") as stream:
        try:
            return stream.read(FIRST_BYTES).removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"[")
        except (EOFError, gzip.BadGzipFile, zlib.error):
            return False  # the survey of the file reports it


def _traits(location: Path) -> tuple[int, ...]:
    status = location.stat()
    return status.st_size, status.st_mtime_ns, status.st_ino
