"""Keeps `raw.feeds`: the feeds of `feeds.yml`, and those that have landed before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from lead_sla.errors import InputError
from lead_sla.formatting import show_count, show_some
from lead_sla.inputs.feeds import Feed
from lead_sla.landing.known_files import FileKey, KnownFiles
from lead_sla.warehouse import transaction


@dataclass(frozen=True)
class ChangedFeeds:
    """The names of feeds whose entry in feeds.yml is another one, and of those that no longer have one."""

    mapped: Collection[str]
    removed: Collection[str]


def require_own_files(
    configured: Sequence[str], found: Mapping[str, Sequence[FileKey]], owners: Mapping[FileKey, str]
) -> None:
    """Make sure that no feed is left without files because others of its subject take all that it finds.

    A feed that has been renamed is not, although its files have landed for its old name.

    Args:
        configured: the names of the feeds in feeds.yml.
        found: the ids and the subject of the files that each feed finds.
        owners: the feed for which each file lands, or has; none if that is no longer configured.

    Raises:
        InputError: one is; the message names both feeds and the remedy.
    """
    for feed, files in found.items():
        takers = sorted({owners.get(file, "") for file in files})
        if feed not in takers and set(takers) <= set(configured):
            raise InputError(
                f"Feed {feed} gets none of the {show_count(len(files), 'file')} that its `files` match: a file lands "
                f"for one feed of leads and one of deals, and {', '.join(takers)} takes them. Narrow `files` in "
                "feeds.yml, or if each row has several events, make one record feed (docs/how-to/record-feeds.md)."
            )


def require_same_kinds(feeds: Sequence[Feed], known: KnownFiles, present: Collection[str]) -> None:
    """Make sure that all files of a feed can land again if its kind has changed.

    Raises:
        InputError: some are gone; the message names them, both kinds and the remedies.
    """
    for feed in feeds:
        others = [one for one in known.of_feed(feed.name) if one.kind != feed.kind]
        gone = [one.path for one in others if one.file_id not in present]
        if gone:
            raise InputError(
                f"Feed {feed.name} has already landed as {others[0].kind}, but is {feed.kind} in feeds.yml, and files "
                f"are gone that would have to land again: {show_some(gone)}. Give the feed a different name, or take "
                "them back with `lead-sla land --forget PATH`."
            )


def rewrite_feeds(connection: duckdb.DuckDBPyConnection, feeds: Sequence[Feed]) -> ChangedFeeds:
    """Write the configured feeds to `raw.feeds`, followed by those that have landed but are no longer configured.

    Returns:
        The feeds that have changed since this was last called.
    """
    with transaction(connection):
        before = dict(connection.execute("select feed, mapping from raw.feeds where is_configured").fetchall())
        connection.execute("delete from raw.feeds")
        for order, feed in enumerate(feeds, start=1):
            values = [feed.name, feed.kind, order, feed.replaces_events, feed.lists_all_records, feed.mapping]
            connection.execute("insert into raw.feeds values (?, ?, ?, true, ?, ?, ?)", values)
            # Files of a release that did not keep the entry have landed under the present one, as far as is known.
            connection.execute(
                "update raw.landed_files set mapping = ? where feed = ? and mapping is null", [feed.mapping, feed.name]
            )
        connection.execute(
            """
            insert into raw.feeds
            select
                feed,
                arg_max(kind, file_number),
                $configured + row_number() over (order by min(file_number)),
                false,
                false,
                false,
                null
            from raw.landed_files
            where feed not in (select feed from raw.feeds)
            group by feed
            """,
            {"configured": len(feeds)},
        )
    mappings = {feed.name: feed.mapping for feed in feeds}
    return ChangedFeeds(
        {name for name, mapping in mappings.items() if (before.get(name) or mapping) != mapping},
        before.keys() - mappings.keys(),
    )
