"""Keeps `raw.feeds`: the feeds of `feeds.yml`, and those that have landed before."""

from collections.abc import Mapping, Sequence

import duckdb

from lead_sla.errors import InputError
from lead_sla.formatting import show_count
from lead_sla.inputs.feeds import Feed
from lead_sla.warehouse import transaction


def require_same_kinds(connection: duckdb.DuckDBPyConnection, feeds: Sequence[Feed]) -> None:
    """Make sure that no feed has landed as another kind.

    Raises:
        InputError: one has; the message names it and both kinds.
    """
    landed = dict(connection.execute("select distinct feed, kind from raw.landed_files").fetchall())
    for feed in feeds:
        before = landed.get(feed.name, feed.kind)
        if before != feed.kind:
            raise InputError(
                f"Feed {feed.name} has already landed as {before}, but is {feed.kind} in feeds.yml. Give the feed a "
                "different name."
            )


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


def rewrite_feeds(connection: duckdb.DuckDBPyConnection, feeds: Sequence[Feed]) -> None:
    """Write the configured feeds to `raw.feeds`, followed by those that have landed but are no longer configured."""
    with transaction(connection):
        connection.execute("delete from raw.feeds")
        for order, feed in enumerate(feeds, start=1):
            values = [feed.name, feed.kind, order, feed.replaces_events, feed.lists_all_records]
            connection.execute("insert into raw.feeds values (?, ?, ?, true, ?, ?)", values)
        connection.execute(
            """
            insert into raw.feeds
            select feed, kind, $configured + row_number() over (order by min(file_number)), false, false, false
            from raw.landed_files
            where feed not in (select feed from raw.feeds)
            group by feed, kind
            """,
            {"configured": len(feeds)},
        )
