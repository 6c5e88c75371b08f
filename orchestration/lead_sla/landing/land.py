"""Lands every new file of every feed in `raw`, each file once and in a separate transaction.

Files of a feed whose entry in feeds.yml has changed land again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb

from lead_sla.formatting import show_count
from lead_sla.inputs.feeds import Feed
from lead_sla.landing.candidates import Candidate, find_candidates, find_feed_files, printable
from lead_sla.landing.committing import commit, commit_again
from lead_sla.landing.file_errors import refusing
from lead_sla.landing.files import FileRefusedError
from lead_sla.landing.json_arrays import stage_array
from lead_sla.landing.known_files import find_kept, read_known_files
from lead_sla.landing.parquet import stage_parquet
from lead_sla.landing.raw_feeds import rewrite_feeds
from lead_sla.landing.raw_files import create_views, delete_unused, merge_small_files, prepare_raw
from lead_sla.landing.readable import make_readable
from lead_sla.landing.renaming import rename_feeds
from lead_sla.landing.report import LandingReport, RefusedFile
from lead_sla.landing.staging import stage_text
from lead_sla.landing.unread_columns import check_columns
from lead_sla.landing.writing import Staged

LONG_FILE_BYTES = 50_000_000
MEGABYTE = 1_000_000
MOST_AT_ONCE = 4
UNCHANGED = (
    "The entry of its feed in feeds.yml has changed, but while one of the feed's files is refused, none lands again, "
    "and their rows stay as they were."
)


def land_feeds(
    connection: duckdb.DuckDBPyConnection,
    feeds: Sequence[Feed],
    landing_dir: Path,
    raw_dir: Path,
    landed_at: datetime,
    log: Callable[[str], None] = print,
) -> LandingReport:
    """Land every file that has not landed yet, in the order of `feeds` and then of paths.

    A feed that has another name than before takes all its rows along. `raw_dir` is the folder of the Parquet files of
    `raw`, `landed_at` is naive UTC. A file that cannot land is reported in `refused` and does not stop the others.

    Raises:
        InputError: a feed has changed its kind and its files are gone, or others take all of its files.
        LeadSlaError: a file of `raw_dir` is missing.
    """
    prepare_raw(connection, raw_dir)
    report = LandingReport()
    found = find_feed_files(feeds, landing_dir, report)
    report.renamed = rename_feeds(connection, feeds, found, raw_dir, landed_at)
    candidates = find_candidates(read_known_files(connection), feeds, found, raw_dir, landed_at, report)
    changed = rewrite_feeds(connection, feeds)
    known = read_known_files(connection)
    report.kept = find_kept(known, changed.mapped, report.present.values())
    removed = {feed: list(dict.fromkeys(one.path for one in known.of_feed(feed))) for feed in changed.removed}
    report.removed = {feed: paths for feed, paths in removed.items() if paths}
    try:
        with _background(connection, len(candidates.all())) as pool:
            stagings = {one.target.file_number: pool.submit(_stage, connection, one, log) for one in candidates.all()}
            for again in candidates.again.values():
                _finish_again(connection, raw_dir, again, stagings, landed_at, report)
            for candidate in candidates.new:
                _finish(connection, raw_dir, candidate, stagings[candidate.target.file_number], report, log)
    finally:
        create_views(connection, raw_dir)
    if candidates.again:
        delete_unused(connection, raw_dir)
        rewrite_feeds(connection, feeds)
    merge_small_files(connection, raw_dir)
    return report


@contextmanager
def _background(connection: duckdb.DuckDBPyConnection, files: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that stage several files at once, since numbering the rows of one keeps DuckDB to one thread."""
    ((threads,),) = connection.execute("select current_setting('threads')").fetchall()
    at_once = max(1, min(threads, MOST_AT_ONCE, files))
    # Our threads do the work of DuckDB's; more threads than cores take a third longer.
    connection.execute(f"set threads = {threads - at_once + 1}")
    # DuckDB compares every expression of a query with every other. For a file of 1,700 columns that takes minutes, and
    # for one of seven it gains nothing.
    connection.execute("set disabled_optimizers = 'common_subexpressions'")
    pool = ThreadPoolExecutor(at_once)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
        connection.execute("reset disabled_optimizers")
        connection.execute(f"set threads = {threads}")


def _stage(connection: duckdb.DuckDBPyConnection, candidate: Candidate, log: Callable[[str], None]) -> Staged:
    feed, file, target = candidate.feed, candidate.file, candidate.target
    is_long = file.size_bytes > LONG_FILE_BYTES
    if is_long:
        log(f"{file.path}: reading {file.size_bytes / MEGABYTE:,.0f} MB for feed {feed.name}.")
    with closing(connection.cursor()) as own:
        own.execute("set TimeZone = 'UTC'")
        readable = make_readable(feed, file, target.copy_path)
        if readable.format == "json":
            staged = stage_array(own, feed, readable, target)
        elif readable.format == "parquet":
            staged = stage_parquet(own, feed, readable, target)
        else:
            staged = stage_text(own, feed, readable, target, log if is_long else _ignore)
        warnings = check_columns(own, feed, readable, staged) if staged.rows else staged.warnings
        if staged.eventless:
            rows = show_count(staged.eventless, "row")
            reason = "nothing under `events` in feeds.yml applies to them, or its time is empty"
            warnings = (*warnings, f"{file.path} (feed {feed.name}): {rows} without an event: {reason}.")
    return replace(staged, warnings=warnings, copy=None if readable is file else readable)


def _finish_again(
    connection: duckdb.DuckDBPyConnection,
    raw_dir: Path,
    candidates: Sequence[Candidate],
    stagings: Mapping[int, Future[Staged]],
    read_again_at: datetime,
    report: LandingReport,
) -> None:
    """Commit the files of a feed that land again, all or none, and add them to `report`."""
    refused: list[RefusedFile] = []
    staged = []
    for candidate in candidates:
        with _collecting_refusals(candidate, refused):
            staged.append((candidate, stagings[candidate.target.file_number].result()))
    if not refused:
        with _collecting_refusals(candidates[-1], refused):
            report.landed_again += commit_again(connection, raw_dir, staged, read_again_at)
    for one in refused:
        report.present.pop(one.path, None)
        report.refused.append(replace(one, reason=f"{one.reason} {UNCHANGED}"))
    _delete_unfinished(candidates)


def _finish(
    connection: duckdb.DuckDBPyConnection,
    raw_dir: Path,
    candidate: Candidate,
    staging: Future[Staged],
    report: LandingReport,
    log: Callable[[str], None],
) -> None:
    """Commit a file once it is staged, and add it to `report`."""
    file = candidate.file
    with _collecting_refusals(candidate, report.refused):
        landed = commit(connection, raw_dir, candidate, staging.result())
        report.present[file.path] = file.file_id
        if landed is None:
            report.already_landed += 1
        else:
            report.landed.append(landed)
            if file.size_bytes > LONG_FILE_BYTES:
                counts = f"{show_count(landed.rows_landed, 'row')} landed, {landed.rows_rejected:,} rejected"
                filtered = f", {landed.rows_filtered:,} filtered" if landed.rows_filtered else ""
                log(f"{file.path}: {counts}{filtered}.")
    _delete_unfinished([candidate])


@contextmanager
def _collecting_refusals(candidate: Candidate, refused: list[RefusedFile]) -> Iterator[None]:
    try:
        with refusing(candidate.file):
            yield
    except FileRefusedError as problem:
        refused.append(RefusedFile(candidate.feed.name, printable(candidate.file.path), str(problem)))


def _delete_unfinished(candidates: Sequence[Candidate]) -> None:
    for target in (candidate.target for candidate in candidates):
        for path in (target.path, target.kept_path, target.copy_path):
            path.unlink(missing_ok=True)


def _ignore(_message: str) -> None:
    """Small files are not logged."""
