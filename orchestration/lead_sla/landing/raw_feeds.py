"""Keeps `raw.feeds`: the feeds of `feeds.yml`, and those that have landed before."""

from collections.abc import Mapping, Sequence

import duckdb

from lead_sla.errors import InputError
from lead_sla.formatting import show_count
from lead_sla.inputs.feeds import Feed
from lead_sla.warehouse import transaction


def require_own_files(configured: Sequence[str], found: Mapping[str, Sequence[str]], owners: Mapping[str, str]) -> None:
    """Make sure that no feed is left without files because others take all that it finds: a file lands for one feed.

    A feed that has been renamed is not, although its files have landed for its old name.

    Args:
        configured: the names of the feeds in feeds.yml.
        found: the ids of the files that each feed finds.
        owners: the feed for which each file has landed, or lands now.

    Raises:
        InputError: one is; the message names both feeds and the remedy.
    """
    for feed, files in found.items():
        takers = sorted({owners[file] for file in files})
        if feed not in takers and set(takers) <= set(configured):
            raise InputError(
                f"Feed {feed} gets none of the {show_count(len(files), 'file')} that its `files` match: a file lands "
                f"for one feed, and {', '.join(takers)} takes them. Narrow `files` in feeds.yml, or if each row has "
                "several events, make one record feed (docs/how-to/record-feeds.md)."
            )


def rewrite_feeds(connection: duckdb.DuckDBPyConnection, feeds: Sequence[Feed]) -> set[str]:
    """Write the configured feeds to `raw.feeds`, followed by those that have landed but are no longer configured.

    Returns:
        The feeds whose entry in feeds.yml is not the one that they had before.
    """
    with transaction(connection):
        before = dict(connection.execute("select feed, mapping from raw.feeds where mapping is not null").fetchall())
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
    return {feed.name for feed in feeds if before.get(feed.name, feed.mapping) != feed.mapping}
