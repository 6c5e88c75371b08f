"""Decides which files of the landing folder land, and for which feed: new ones, and those whose feed has changed.

A file lands for one feed of leads, one of deals and one of merges at most, so that no row counts twice.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from lead_sla.inputs.feed_columns import event_kind
from lead_sla.inputs.feeds import Feed
from lead_sla.landing.files import FileRefusedError, LandingFile, find_files, find_unread_files, identify
from lead_sla.landing.known_files import FileKey, KnownFile, KnownFiles
from lead_sla.landing.raw_feeds import require_own_files, require_same_kinds
from lead_sla.landing.raw_files import unfinished_path
from lead_sla.landing.report import LandingReport, RefusedFile
from lead_sla.landing.writing import Target


@dataclass(frozen=True)
class Candidate:
    """A file to land, and where its rows go if it can. With `is_back`, it has landed before another content did."""

    feed: Feed
    file: LandingFile
    target: Target
    is_back: bool = False


@dataclass
class Candidates:
    """Files that have not landed yet, in landing order, and by feed those that land again."""

    new: list[Candidate] = field(default_factory=list)
    again: dict[str, list[Candidate]] = field(default_factory=dict)

    def all(self) -> list[Candidate]:
        """Those that land again, and then the new ones."""
        return [*(candidate for candidates in self.again.values() for candidate in candidates), *self.new]


def find_feed_files(feeds: Sequence[Feed], landing_dir: Path, report: LandingReport) -> list[tuple[Feed, LandingFile]]:
    """Find the files that the `files` of each feed match; what cannot be read at all is added to `report`."""
    return [(feed, file) for feed in feeds for file in _identify_files(feed, landing_dir, report)]


def find_candidates(
    known: KnownFiles,
    feeds: Sequence[Feed],
    found: Sequence[tuple[Feed, LandingFile]],
    raw_dir: Path,
    landed_at: datetime,
    report: LandingReport,
) -> Candidates:
    """Choose which of the files land; those that need not are added to `report`.

    A file lands again if the entry of its feed has changed, or if its feed no longer takes it and another one does. It
    keeps its number and the time at which it first landed. Where the last content of a path counts, one that has landed
    before and is back lands as a new file.

    Raises:
        InputError: a feed gets no files because others take them, or has changed its kind after files of it are gone.
    """
    owners = _choose_owners(feeds, known, found)
    candidates = Candidates()
    taken: set[FileKey] = set()
    for feed, file in found:
        key = file.file_id, event_kind(feed.kind)
        before = known.find(feed, file.file_id)
        if not before or known.is_back(feed, file):
            number = known.last_number + len(candidates.new) + 1
            target = Target(unfinished_path(raw_dir, f"{number}.parquet"), file.file_id, number, landed_at)
            candidates.new.append(Candidate(feed, file, target, is_back=bool(before)))
            continue
        report.present[file.path] = file.file_id
        again = [one for one in before if one.has_to_land_again(feed)]
        if owners[key] is feed and again and key not in taken:
            taken.add(key)
            candidates.again.setdefault(feed.name, []).extend(
                _make_candidate_again(feed, file, raw_dir, one) for one in again
            )
        elif all(one.is_forgotten for one in before):
            report.forgotten.append(file.path)
        else:
            report.already_landed += 1
    return candidates


def _identify_files(feed: Feed, landing_dir: Path, report: LandingReport) -> list[LandingFile]:
    paths = find_files(landing_dir, feed.files)
    report.unread |= dict.fromkeys(printable(path) for path in find_unread_files(landing_dir, feed.files))
    if not paths and not feed.form.is_slice:
        report.without_files.append(feed)
    files = []
    for path in paths:
        try:
            files.append(identify(landing_dir, path))
        except FileRefusedError as problem:
            report.refused.append(RefusedFile(feed.name, printable(path), str(problem)))
    return files


def printable(path: str) -> str:
    """A path whose bytes are not UTF-8 with replacement characters."""
    return path.encode(errors="surrogateescape").decode(errors="replace")


def _choose_owners(
    feeds: Sequence[Feed], known: KnownFiles, found: Sequence[tuple[Feed, LandingFile]]
) -> Mapping[FileKey, Feed | None]:
    """The feed of each file and kind of events; None if that is no longer in feeds.yml and the file stays as it is."""
    configured = [feed.name for feed in feeds]
    matching: dict[FileKey, list[Feed]] = {}
    before: dict[FileKey, Sequence[KnownFile]] = {}
    files: dict[str, list[FileKey]] = {}
    for feed, file in found:
        key = file.file_id, event_kind(feed.kind)
        matching.setdefault(key, []).append(feed)
        before[key] = before.get(key) or known.find(feed, file.file_id)
        files.setdefault(feed.name, []).append(key)
    owners = {key: _choose_owner(before[key], some, configured) for key, some in matching.items()}
    require_own_files(configured, files, {key: owner.name for key, owner in owners.items() if owner})
    require_same_kinds(feeds, known, {file.file_id for _, file in found})
    return owners


def _choose_owner(before: Sequence[KnownFile], matching: Sequence[Feed], configured: Collection[str]) -> Feed | None:
    if not before:
        return matching[0]
    last = before[-1]
    if last.feed not in configured:
        return None if last.gives_the_same_for(matching[0]) else matching[0]
    return next((feed for feed in matching if feed.name == last.feed), matching[0])


def _make_candidate_again(feed: Feed, file: LandingFile, raw_dir: Path, before: KnownFile) -> Candidate:
    path = unfinished_path(raw_dir, f"{before.number}.parquet")
    return Candidate(feed, file, Target(path, file.file_id, before.number, before.landed_at))
