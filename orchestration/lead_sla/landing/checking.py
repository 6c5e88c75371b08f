"""Compares the files in the landing folder with the feeds by their names and headers.

Only copies that other readers need, and files that two feeds may find, are read beyond that.
"""

import glob
import tempfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from lead_sla.formatting import show_count, show_path
from lead_sla.inputs.feed_lines import place_in_feeds, place_of_columns
from lead_sla.inputs.feeds import Feed
from lead_sla.landing.files import ENDINGS, FileRefusedError, LandingFile, find_files, find_unread_files
from lead_sla.landing.known_files import KnownFiles
from lead_sla.landing.layouts import lay_out
from lead_sla.landing.mapping import map_columns
from lead_sla.landing.missing_columns import MissingColumnsError
from lead_sla.landing.overlaps import find_feed_without_own_files
from lead_sla.landing.partitions import partition_columns
from lead_sla.landing.readable import make_readable
from lead_sla.landing.summary import describe_unread
from lead_sla.landing.survey import is_empty
from lead_sla.sql import literal

SHOWN_FILES = 3


@dataclass
class CheckedFiles:
    """How many files were looked at, and what was found, each a sentence with its place and the remedy."""

    files: int = 0
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def check_files(
    feeds: Sequence[Feed],
    feeds_file: Path,
    landing_dir: Path,
    read_known: Callable[[], KnownFiles] = lambda: KnownFiles([]),
) -> CheckedFiles:
    """Compare the header of every file with the mapping of its feed; a file that lacks a column could not land.

    A feed that gets none of its files because others take them is a problem, too; `read_known` reads the
    files that have landed. Warnings are feeds without files, files that no feed reads, and those that are odd.
    """
    checked = CheckedFiles()
    found: dict[str, list[str]] = {}
    for feed in feeds:
        paths = found[feed.name] = find_files(landing_dir, feed.files)
        if skipped := find_unread_files(landing_dir, feed.files):
            checked.warnings.append(f"{place_in_feeds(feeds_file, feed.name, 'files')}: {describe_unread(skipped)}")
        if not paths and not feed.form.is_slice:
            place = place_in_feeds(feeds_file, feed.name, "files")
            checked.warnings.append(
                f"{place}, feed {feed.name}: no file in {show_path(landing_dir)} matches '{feed.files}'. Put files "
                "there, or correct the pattern."
            )
        checked.files += len(paths)
        with duckdb.connect() as connection:
            for path in paths:
                _check_file(connection, feed, feeds_file, landing_dir / path, path, checked)
    if overlap := find_feed_without_own_files(feeds, landing_dir, found, read_known):
        checked.problems.append(f"{show_path(feeds_file)}: {overlap}")
    read = {path for paths in found.values() for path in paths}
    unread = [path for path in find_files(landing_dir, "**/*") if path not in read]
    if unread:
        shown = ", ".join(unread[:SHOWN_FILES]) + (" ..." if len(unread) > SHOWN_FILES else "")
        checked.warnings.append(
            f"{show_path(feeds_file)}: no feed reads {show_count(len(unread), 'file')} in {show_path(landing_dir)}: "
            f"{shown}. Add a feed for them, or correct the `files` of one."
        )
    return checked


def _check_file(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    feeds_file: Path,
    location: Path,
    path: str,
    checked: CheckedFiles,
) -> None:
    shown = show_path(location)
    try:
        with tempfile.TemporaryDirectory(prefix="lead-sla-") as folder:
            file = make_readable(feed, _recognize(location, path), Path(folder) / "copy")
            checked.warnings += [f"{shown} (feed {feed.name}): {warning}" for warning in file.warnings]
            if is_empty(file):
                checked.warnings.append(f"{shown} (feed {feed.name}) is empty: it lands without rows.")
            elif file.format == "parquet":
                _require_columns(connection, feed, file)
            else:
                lay_out(feed, file)
    except MissingColumnsError as refused:
        place = place_of_columns(feeds_file, feed.name, refused.columns)
        checked.problems.append(f"{shown} (feed {feed.name}, {place}): {refused}")
    except FileRefusedError as refused:
        place = place_in_feeds(feeds_file, feed.name)
        checked.problems.append(f"{shown} (feed {feed.name}, {place}): {refused}")
    except UnicodeDecodeError:
        problem = "the header is not UTF-8. Save the file in that encoding."
        checked.problems.append(f"{shown}, line 1 (feed {feed.name}): {problem}")
    except (OSError, EOFError, zlib.error) as error:
        remedy = "Check its permissions, or copy it again."
        checked.problems.append(f"{shown} (feed {feed.name}): it cannot be read ({error}). {remedy}")


def _recognize(location: Path, path: str) -> LandingFile:
    """The file by its name, without the hash of its bytes."""
    ending = max((one for one in ENDINGS if path.lower().endswith(one)), key=len)
    return LandingFile(location, path, ENDINGS[ending], ending.endswith(".gz"), location.stat().st_size, "", ())


def _require_columns(connection: duckdb.DuckDBPyConnection, feed: Feed, file: LandingFile) -> None:
    """Refuse a Parquet file that lacks a column, by its footer."""
    relation = f"read_parquet({literal(glob.escape(str(file.location)))}, hive_partitioning = false)"
    try:
        found = {name.strip() for name, *_ in connection.execute(f"describe from {relation}").fetchall()}
    except duckdb.Error as error:
        raise FileRefusedError("it cannot be read as Parquet. Export or copy it again.") from error
    found |= partition_columns(file.path).keys()
    map_columns(feed, dict.fromkeys(sorted(found), "null"), {})
