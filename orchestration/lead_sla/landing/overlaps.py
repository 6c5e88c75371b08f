"""Tells before landing whether a feed would be left without files, because others take all that it finds."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from lead_sla.errors import InputError
from lead_sla.inputs.feed_columns import event_kind
from lead_sla.inputs.feeds import Feed
from lead_sla.landing.files import FileRefusedError, identify
from lead_sla.landing.known_files import FileKey, KnownFiles
from lead_sla.landing.raw_feeds import require_own_files


def find_feed_without_own_files(
    feeds: Sequence[Feed],
    landing_dir: Path,
    found: Mapping[str, Sequence[str]],
    read_known: Callable[[], KnownFiles],
) -> str | None:
    """What landing would say of a feed that gets none of its files.

    Only files that could be the same are read: those of one path, or of one size. What has landed is only read if two
    feeds of the same events find the same file.

    Args:
        feeds: the feeds in the order of feeds.yml.
        landing_dir: the landing folder.
        found: the paths that each feed finds.
        read_known: reads the files that have landed.
    """
    ids = _identify(landing_dir, [path for paths in found.values() for path in paths])
    finders: dict[FileKey, list[Feed]] = {}
    files: dict[str, list[FileKey]] = {}
    for feed in feeds:
        for file_id in dict.fromkeys(ids[path] for path in found[feed.name] if path in ids):
            key = file_id, event_kind(feed.kind)
            finders.setdefault(key, []).append(feed)
            files.setdefault(feed.name, []).append(key)
    if all(len(some) == 1 for some in finders.values()):
        return None
    known, configured = read_known(), [feed.name for feed in feeds]
    owners = {key: _choose_owner(known, key, some, configured) for key, some in finders.items()}
    try:
        require_own_files(configured, files, {key: owner for key, owner in owners.items() if owner})
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


def _choose_owner(known: KnownFiles, key: FileKey, finders: Sequence[Feed], configured: Collection[str]) -> str | None:
    """The feed for which a file has landed, if it still finds it; else the first; None if it stays as it is."""
    before = known.find(finders[0], key[0])
    if before and before[-1].feed not in configured and before[-1].gives_the_same_for(finders[0]):
        return None
    last = before[-1].feed if before else None
    return next((feed.name for feed in finders if feed.name == last), finders[0].name)
