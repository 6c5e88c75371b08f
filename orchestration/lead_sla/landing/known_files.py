"""What `raw.landed_files` knows of the files that have landed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from lead_sla.inputs.feed_columns import event_kind
from lead_sla.inputs.feeds import Feed
from lead_sla.landing.files import LandingFile

# The id of a file, and the kind of events for which it has landed.
FileKey = tuple[str, str]


@dataclass(frozen=True)
class KnownFile:
    """A file that has landed, and the entry of feeds.yml under which it has."""

    file_id: str
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


@dataclass
class KnownFiles:
    """All files that have landed, in landing order; more than once where a content was back at its path."""

    all: Sequence[KnownFile]
    _of_kind: dict[FileKey, list[KnownFile]] = field(default_factory=dict)
    _of_feed: dict[tuple[str, str], list[KnownFile]] = field(default_factory=dict)
    _last_at_path: dict[tuple[str, str], KnownFile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index them."""
        for one in self.all:
            self._of_kind.setdefault((one.file_id, event_kind(one.kind)), []).append(one)
            self._of_feed.setdefault((one.file_id, one.feed), []).append(one)
            self._last_at_path[one.feed, one.path] = one

    @property
    def last_number(self) -> int:
        """The greatest number of a file."""
        return max((one.number for one in self.all), default=0)

    def find(self, feed: Feed, file_id: str) -> Sequence[KnownFile]:
        """What has landed from a file for feeds of the same events; or for this feed, when it had others."""
        return self._of_kind.get((file_id, event_kind(feed.kind))) or self._of_feed.get((file_id, feed.name), [])

    def is_back(self, feed: Feed, file: LandingFile) -> bool:
        """Whether a path has the content again that it had before another one, and the last content counts."""
        if not (feed.records or feed.replaces_events):
            return False
        last = self._last_at_path.get((feed.name, file.path))
        before = self._of_feed.get((file.file_id, feed.name), [])
        return last is not None and last.file_id != file.file_id and any(not one.is_forgotten for one in before)

    def of_feed(self, name: str) -> list[KnownFile]:
        """The files of a feed that count."""
        return [one for one in self.all if one.feed == name and not one.is_forgotten]


def read_known_files(connection: duckdb.DuckDBPyConnection) -> KnownFiles:
    """All files of `raw.landed_files`."""
    found = connection.execute(
        """
        select file_id, feed, kind, path, file_number, landed_at, mapping, forgotten_at is not null
        from raw.landed_files
        order by file_number
        """
    ).fetchall()
    return KnownFiles([KnownFile(*values) for values in found])


def find_kept(known: KnownFiles, changed: Iterable[str], present: Iterable[str]) -> dict[str, list[str]]:
    """By feed whose entry has changed, the paths of its files that are no longer there to land again."""
    ids = set(present)
    kept = {feed: [one.path for one in known.of_feed(feed) if one.file_id not in ids] for feed in changed}
    return {feed: list(dict.fromkeys(paths)) for feed, paths in kept.items() if paths}
