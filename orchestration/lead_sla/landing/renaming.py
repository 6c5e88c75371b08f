"""Gives the rows of a feed its new name: `raw` keeps the name, and ids of records' events begin with it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from lead_sla.inputs.feed_columns import RECORD_KINDS
from lead_sla.inputs.feeds import Feed
from lead_sla.landing.files import LandingFile
from lead_sla.landing.known_files import KnownFiles, read_known_files
from lead_sla.landing.raw_files import create_views, delete_unused, rewrite_files
from lead_sla.sql import literal
from lead_sla.warehouse import transaction


def rename_feeds(
    connection: duckdb.DuckDBPyConnection,
    feeds: Sequence[Feed],
    found: Sequence[tuple[Feed, LandingFile]],
    raw_dir: Path,
    renamed_at: datetime,
) -> dict[str, str]:
    """Rename the feeds that have another name in feeds.yml; the new names by the old ones."""
    renamed = _find_renamed_feeds(feeds, read_known_files(connection), found)
    for old, feed in renamed.items():
        _rename_feed(connection, raw_dir, old, feed, renamed_at)
    return {old: feed.name for old, feed in renamed.items()}


def _find_renamed_feeds(
    feeds: Sequence[Feed], known: KnownFiles, found: Sequence[tuple[Feed, LandingFile]]
) -> dict[str, Feed]:
    """The feeds that are no longer in feeds.yml, but whose files one new feed of the same kind takes, by old name."""
    configured = {feed.name for feed in feeds}
    landed = {one.feed for one in known.all}
    takers: dict[str, list[Feed]] = {}
    for feed, file in found:
        for one in known.find(feed, file.file_id):
            if one.feed not in configured and not one.is_forgotten:
                takers.setdefault(one.feed, []).append(feed)
    renamed = {}
    for old, candidates in takers.items():
        new = candidates[0]
        is_alone = all(feed is new for feed in candidates) and new.name not in landed
        if is_alone and all(one.kind == new.kind for one in known.of_feed(old)):
            landed.add(new.name)
            renamed[old] = new
    return renamed


def _rename_feed(
    connection: duckdb.DuckDBPyConnection, raw_dir: Path, old: str, feed: Feed, renamed_at: datetime
) -> None:
    """Rename the rows of all files of a feed, those that are gone included, in one transaction."""
    names = {"old": old, "new": feed.name}
    stored = connection.execute(
        "select distinct stored_in from raw.landed_files where feed = ? and stored_in is not null", [old]
    ).fetchall()
    is_old = f"feed = {literal(old)}"
    replaced = {"feed": f"case when {is_old} then {literal(feed.name)} else feed end"}
    if feed.kind in RECORD_KINDS:
        new_id = f"{literal(feed.name)} || substr(event_id, {len(old) + 1})"
        replaced["event_id"] = f"case when {is_old} then {new_id} else event_id end"
    with transaction(connection):
        for (name,) in stored:
            rewrite_files(connection, raw_dir, feed.kind, [name], replaced)
        connection.execute(
            "update raw.landed_files set feed = $new, read_again_at = $renamed_at where feed = $old",
            {**names, "renamed_at": renamed_at},
        )
        connection.execute("update raw.rejected_rows set feed = $new where feed = $old", names)
        create_views(connection, raw_dir)
    delete_unused(connection, raw_dir)
