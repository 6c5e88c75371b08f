"""Decides which files of the landing folder land, and for which feed: new ones, and those whose feed has changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from lead_sla.errors import InputError
from lead_sla.formatting import show_some
from lead_sla.inputs.feeds import Feed
from lead_sla.landing.files import FileRefusedError, LandingFile, find_files, find_unread_files, identify
from lead_sla.landing.raw_feeds import require_own_files
from lead_sla.landing.raw_files import unfinished_path
from lead_sla.landing.report import LandingReport, RefusedFile
from lead_sla.landing.writing import Target


@dataclass(frozen=True)
class Candidate:
    """A file to land, and where its rows go if it can."""

    feed: Feed
    file: LandingFile
    target: Target


@dataclass
class Candidates:
    """Files that have not landed yet, in landing order, and by feed those that land again."""

    new: list[Candidate] = field(default_factory=list)
    again: dict[str, list[Candidate]] = field(default_factory=dict)

    def all(self) -> list[Candidate]:
        """Those that land again, and then the new ones."""
        return [*(candidate for candidates in self.again.values() for candidate in candidates), *self.new]


@dataclass(frozen=True)
class _Known:
    """A file that has landed, and the entry of feeds.yml under which it has."""

    feed: str
    kind: str
    path: str
    number: int
    landed_at: datetime
    mapping: str | None  # None: landed by a release that did not keep it
    is_forgotten: bool

    def gives_the_same_for(self, feed: Feed) -> bool:
        """Whether the feed would make the same rows of the file."""
        return self.kind == feed.kind and self.mapping in (None, feed.mapping)

    def has_to_land_again(self, feed: Feed) -> bool:
        """Whether the rows of the file have to be made again for the feed that it now belongs to."""
        return not self.is_forgotten and not (self.feed == feed.name and self.gives_the_same_for(feed))


def find_candidates(
    connection: duckdb.DuckDBPyConnection,
    feeds: Sequence[Feed],
    landing_dir: Path,
    raw_dir: Path,
    landed_at: datetime,
    report: LandingReport,
) -> Candidates:
    """Find the files of the feeds; those that need not land are added to `report`.

    A file lands again if the entry of its feed has changed, or if its feed no longer takes it and another one does. It
    keeps its number and the time at which it first landed. A feed that only has another name takes over its files as
    they are.

    Raises:
        InputError: a feed gets no files because others take them, or has changed its kind after files of it are gone.
    """
    known = _read_known(connection)
    found = [(feed, file) for feed in feeds for file in _identify_files(feed, landing_dir, report)]
    owners = _choose_owners(feeds, known, found)
    candidates = Candidates()
    last = max((one.number for one in known.values()), default=0)
    taken: set[str] = set()
    for feed, file in found:
        before = known.get(file.file_id)
        if before is None:
            number = last + len(candidates.new) + 1
            candidates.new.append(_make_candidate(feed, file, raw_dir, number, landed_at))
            continue
        report.present[file.path] = file.file_id
        if owners[file.file_id] is feed and before.has_to_land_again(feed) and file.file_id not in taken:
            taken.add(file.file_id)
            candidate = _make_candidate(feed, file, raw_dir, before.number, before.landed_at)
            candidates.again.setdefault(feed.name, []).append(candidate)
        else:
            report.already_landed += 1
    return candidates


def _choose_owners(
    feeds: Sequence[Feed], known: Mapping[str, _Known], found: Sequence[tuple[Feed, LandingFile]]
) -> dict[str, Feed | None]:
    """The feed of each file, by id; None if that is no longer in feeds.yml and the file stays as it is."""
    configured = [feed.name for feed in feeds]
    matching: dict[str, list[Feed]] = {}
    files: dict[str, list[str]] = {}
    for feed, file in found:
        matching.setdefault(file.file_id, []).append(feed)
        files.setdefault(feed.name, []).append(file.file_id)
    owners = {file_id: _choose_owner(known.get(file_id), some, configured) for file_id, some in matching.items()}
    names = {file_id: owner.name if owner else known[file_id].feed for file_id, owner in owners.items()}
    require_own_files(configured, files, names)
    _require_same_kinds(feeds, known, owners)
    return owners


def find_kept(
    connection: duckdb.DuckDBPyConnection, changed: Iterable[str], report: LandingReport
) -> dict[str, list[str]]:
    """By feed whose entry has changed, the paths of its files that are no longer there to land again."""
    present = set(report.present.values())
    kept: dict[str, list[str]] = {}
    for file_id, one in _read_known(connection).items():
        if one.feed in changed and not one.is_forgotten and file_id not in present:
            kept.setdefault(one.feed, []).append(one.path)
    return kept


def _read_known(connection: duckdb.DuckDBPyConnection) -> dict[str, _Known]:
    found = connection.execute(
        """
        select file_id, feed, kind, path, file_number, landed_at, mapping, forgotten_at is not null
        from raw.landed_files
        order by file_number
        """
    ).fetchall()
    return {file_id: _Known(*values) for file_id, *values in found}


def printable(path: str) -> str:
    """A path whose bytes are not UTF-8 with replacement characters."""
    return path.encode(errors="surrogateescape").decode(errors="replace")


def _identify_files(feed: Feed, landing_dir: Path, report: LandingReport) -> list[LandingFile]:
    paths = find_files(landing_dir, feed.files)
    report.unread |= dict.fromkeys(printable(path) for path in find_unread_files(landing_dir, feed.files))
    if not paths:
        report.without_files.append(feed)
    files = []
    for path in paths:
        try:
            files.append(identify(landing_dir, path))
        except FileRefusedError as problem:
            report.refused.append(RefusedFile(feed.name, printable(path), str(problem)))
    return files


def _choose_owner(before: _Known | None, matching: Sequence[Feed], configured: Collection[str]) -> Feed | None:
    if before is None:
        return matching[0]
    if before.feed not in configured:
        return None if before.gives_the_same_for(matching[0]) else matching[0]
    return next((feed for feed in matching if feed.name == before.feed), matching[0])


def _require_same_kinds(feeds: Sequence[Feed], known: Mapping[str, _Known], owners: Mapping[str, Feed | None]) -> None:
    """Make sure that all files of a feed can land again if its kind has changed.

    Raises:
        InputError: some are gone; the message names them, both kinds and the remedies.
    """
    for feed in feeds:
        others = {file_id: one for file_id, one in known.items() if one.feed == feed.name and one.kind != feed.kind}
        gone = [one.path for file_id, one in others.items() if not one.is_forgotten and file_id not in owners]
        if gone:
            before = next(iter(others.values())).kind
            raise InputError(
                f"Feed {feed.name} has already landed as {before}, but is {feed.kind} in feeds.yml, and files are gone "
                f"that would have to land again: {show_some(gone)}. Give the feed a different name, or take "
                "them back with `lead-sla land --forget PATH`."
            )


def _make_candidate(feed: Feed, file: LandingFile, raw_dir: Path, number: int, landed_at: datetime) -> Candidate:
    return Candidate(feed, file, Target(unfinished_path(raw_dir, f"{number}.parquet"), file.file_id, number, landed_at))
