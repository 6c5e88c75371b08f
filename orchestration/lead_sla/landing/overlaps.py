"""Tells before landing whether a feed would be left without files, because others take all that it finds."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import duckdb

from lead_sla.errors import InputError
from lead_sla.landing.files import FileRefusedError, identify
from lead_sla.landing.raw_feeds import require_own_files

Owners = Mapping[str, str]  # file id -> feed


def read_owners(connection: duckdb.DuckDBPyConnection) -> Owners:
    """The feed for which each file has landed, by its id; of a warehouse in which nothing has landed, none."""
    tables = "select 1 from duckdb_tables() where schema_name = 'raw' and table_name = 'landed_files'"
    if not connection.execute(tables).fetchall():
        return {}
    return dict(connection.execute("select file_id, feed from raw.landed_files order by file_number").fetchall())


def find_feed_without_own_files(
    landing_dir: Path, found: Mapping[str, Sequence[str]], landed_for: Callable[[], Owners]
) -> str | None:
    """What landing would say of a feed that gets none of its files.

    Only files that could be the same are read: those of one path, or of one size. `landed_for` is called only if two
    feeds find the same file.

    Args:
        landing_dir: the landing folder.
        found: the paths that each feed finds, in the order of feeds.yml.
        landed_for: gives the feeds for which files have landed.
    """
    ids = _identify(landing_dir, [path for paths in found.values() for path in paths])
    files = {feed: [ids[path] for path in paths if path in ids] for feed, paths in found.items()}
    finders: dict[str, list[str]] = {}
    for feed, some in files.items():
        for file in dict.fromkeys(some):
            finders.setdefault(file, []).append(feed)
    if all(len(feeds) == 1 for feeds in finders.values()):
        return None
    before = landed_for()
    owners = {file: _choose_owner(before.get(file), feeds, found) for file, feeds in finders.items()}
    try:
        require_own_files(list(found), {feed: some for feed, some in files.items() if some}, owners)
    except InputError as error:
        return str(error)
    return None


def _identify(landing_dir: Path, paths: Iterable[str]) -> dict[str, str]:
    """An id of each file that can be read: that of landing, or its path if nothing else that is found has its size."""
    sizes = [(path, (landing_dir / path).stat().st_size) for path in paths if (landing_dir / path).is_file()]
    counts = Counter(size for _, size in sizes)
    ids = {}
    for path, size in dict(sizes).items():
        with suppress(FileRefusedError):
            ids[path] = identify(landing_dir, path).file_id if counts[size] > 1 else path
    return ids


def _choose_owner(before: str | None, finders: Sequence[str], configured: Collection[str]) -> str:
    """The feed for which a file has landed, unless it is one that no longer finds it; else the first."""
    return before if before and (before in finders or before not in configured) else finders[0]
