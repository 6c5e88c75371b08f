"""Lands every new file of every feed in `raw`, each file once and in a separate transaction."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import duckdb

from lead_sla.formatting import show_count
from lead_sla.inputs.feeds import Feed
from lead_sla.landing.file_errors import REPORT, refusing
from lead_sla.landing.files import FileRefusedError, LandingFile, find_files, find_unread_files, identify
from lead_sla.landing.json_arrays import stage_array
from lead_sla.landing.parquet import stage_parquet
from lead_sla.landing.raw_feeds import require_own_files, require_same_kinds, rewrite_feeds
from lead_sla.landing.raw_files import (
    create_views,
    file_name,
    finish_file,
    merge_small_files,
    prepare_raw,
    read_files,
    unfinished_path,
    write_file,
)
from lead_sla.landing.readable import make_readable
from lead_sla.landing.rejects import describe_reasons, store_rejects
from lead_sla.landing.staging import stage_text
from lead_sla.landing.unread_columns import check_columns
from lead_sla.landing.writing import Staged, Target
from lead_sla.warehouse import transaction

LONG_FILE_BYTES = 50_000_000
MEGABYTE = 1_000_000
MOST_AT_ONCE = 4


@dataclass(frozen=True)
class LandedFile:
    """A file that landed in this run; rows_read = rows_landed + rows_rejected + rows_filtered.

    `reasons` are the commonest of the rejected rows, and `warnings` what else is odd about the file, in words.
    """

    feed: str
    path: str
    rows_read: int
    rows_landed: int
    rows_rejected: int
    rows_filtered: int = 0
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class RefusedFile:
    """A file of which nothing landed; the reason includes the remedy."""

    feed: str
    path: str
    reason: str


@dataclass
class LandingReport:
    """The result of a landing. Refused files are tried again at every landing.

    `unread` are the paths that match a feed, but have an unknown ending. `present` are the ids, by path, of the files
    that are in the landing folder and in `raw`.
    """

    landed: list[LandedFile] = field(default_factory=list)
    already_landed: int = 0
    refused: list[RefusedFile] = field(default_factory=list)
    without_files: list[Feed] = field(default_factory=list)
    unread: dict[str, None] = field(default_factory=dict)
    present: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Candidate:
    """A file that has not landed yet, and where its rows go if it can."""

    feed: Feed
    file: LandingFile
    target: Target


def land_feeds(
    connection: duckdb.DuckDBPyConnection,
    feeds: Sequence[Feed],
    landing_dir: Path,
    raw_dir: Path,
    landed_at: datetime,
    log: Callable[[str], None] = print,
) -> LandingReport:
    """Land every file that has not landed yet, in the order of `feeds` and then of paths.

    `raw_dir` is the folder of the Parquet files of `raw`, `landed_at` is naive UTC. A file that cannot land is reported
    in `refused` and does not stop the others.

    Raises:
        InputError: a feed has changed its kind since it first landed, or others take all of its files.
        LeadSlaError: a file of `raw_dir` is missing.
    """
    prepare_raw(connection, raw_dir)
    require_same_kinds(connection, feeds)
    rewrite_feeds(connection, feeds)
    report = LandingReport()
    candidates = _find_candidates(connection, feeds, landing_dir, raw_dir, landed_at, report)
    try:
        with _background(connection, len(candidates)) as pool:
            stagings = [pool.submit(_stage, connection, candidate, log) for candidate in candidates]
            for candidate, staging in zip(candidates, stagings, strict=True):
                _finish(connection, raw_dir, candidate, staging, report, log)
    finally:
        create_views(connection, raw_dir)
    merge_small_files(connection, raw_dir)
    return report


def _find_candidates(
    connection: duckdb.DuckDBPyConnection,
    feeds: Sequence[Feed],
    landing_dir: Path,
    raw_dir: Path,
    landed_at: datetime,
    report: LandingReport,
) -> list[_Candidate]:
    """The files that have not landed, numbered in landing order; the others are added to `report`."""
    known = dict(connection.execute("select file_id, feed from raw.landed_files").fetchall())
    owners = known.copy()
    found: dict[str, list[str]] = {}
    ((last,),) = connection.execute("select coalesce(max(file_number), 0) from raw.landed_files").fetchall()
    candidates: list[_Candidate] = []
    for feed in feeds:
        paths = find_files(landing_dir, feed.files)
        report.unread |= dict.fromkeys(_printable(path) for path in find_unread_files(landing_dir, feed.files))
        if not paths:
            report.without_files.append(feed)
        for path in paths:
            try:
                file = identify(landing_dir, path)
            except FileRefusedError as problem:
                report.refused.append(RefusedFile(feed.name, _printable(path), str(problem)))
                continue
            owners.setdefault(file.file_id, feed.name)
            found.setdefault(feed.name, []).append(file.file_id)
            if file.file_id in known:
                report.already_landed += 1
                report.present[path] = file.file_id
                continue
            number = last + len(candidates) + 1
            target = Target(unfinished_path(raw_dir, f"{number}.parquet"), file.file_id, number, landed_at)
            candidates.append(_Candidate(feed, file, target))
    require_own_files([feed.name for feed in feeds], found, owners)
    return candidates


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


def _stage(connection: duckdb.DuckDBPyConnection, candidate: _Candidate, log: Callable[[str], None]) -> Staged:
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


def _finish(
    connection: duckdb.DuckDBPyConnection,
    raw_dir: Path,
    candidate: _Candidate,
    staging: Future[Staged],
    report: LandingReport,
    log: Callable[[str], None],
) -> None:
    """Commit a file once it is staged, and add it to `report`."""
    file = candidate.file
    try:
        with refusing(file):
            landed = _commit(connection, raw_dir, candidate, staging.result())
    except FileRefusedError as problem:
        report.refused.append(RefusedFile(candidate.feed.name, _printable(file.path), str(problem)))
    else:
        report.present[file.path] = file.file_id
        if landed is None:
            report.already_landed += 1
        else:
            report.landed.append(landed)
            if file.size_bytes > LONG_FILE_BYTES:
                counts = f"{show_count(landed.rows_landed, 'row')} landed, {landed.rows_rejected:,} rejected"
                filtered = f", {landed.rows_filtered:,} filtered" if landed.rows_filtered else ""
                log(f"{file.path}: {counts}{filtered}.")
    for path in (candidate.target.path, candidate.target.kept_path, candidate.target.copy_path):
        path.unlink(missing_ok=True)


def _commit(
    connection: duckdb.DuckDBPyConnection, raw_dir: Path, candidate: _Candidate, staged: Staged
) -> LandedFile | None:
    """Store the rows of a staged file in `raw`, or return None if a file with the same bytes has landed before it."""
    feed, file, number = candidate.feed, candidate.file, candidate.target.file_number
    if connection.execute("select 1 from raw.landed_files where file_id = ?", [file.file_id]).fetchall():
        return None
    kept = _without_rejects(connection, candidate.target, staged)
    events = "count(*) filter (entry > 0)" if staged.is_of_records else "count(*)"
    ((landed, stored),) = connection.execute(f"select {events}, count(*) from {read_files([kept])}").fetchall()
    stored_in = file_name(feed.kind, number, number) if stored else None
    with transaction(connection):
        if staged.rejected:
            store_rejects(connection, staged.copy or file, staged)
        rejected = _count_rejects(connection, number)
        if staged.entries != landed + rejected + staged.filtered:
            parts = f"{landed} landed + {rejected} rejected + {staged.filtered} filtered"
            raise FileRefusedError(f"{staged.entries} rows were read, but {parts}. {REPORT}")
        connection.execute(
            "insert into raw.landed_files values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                file.file_id,
                number,
                feed.name,
                feed.kind,
                file.path,
                file.size_bytes,
                staged.entries,
                landed,
                rejected,
                staged.filtered,
                candidate.target.landed_at,
                stored_in,
            ],
        )
        file.require_unchanged()
        if stored_in:
            finish_file(kept, raw_dir, stored_in)
        reasons = describe_reasons(connection, file, number) if rejected else ()
    counts = (staged.entries, landed, rejected, staged.filtered)
    return LandedFile(feed.name, file.path, *counts, reasons, staged.warnings)


def _without_rejects(connection: duckdb.DuckDBPyConnection, target: Target, staged: Staged) -> Path:
    """The file with the rows that land."""
    if not staged.rejected and not staged.filtered:
        return staged.path
    # A row of a record that does not count says so: what earlier rows said of the record no longer counts.
    stays = "record_id is not null" if staged.is_of_records else "false"
    counts = "problem_reason is null" + (f" and (not is_filtered or {stays})" if staged.filtered else "")
    write_file(connection, f"from {staged.relation} where {counts}", target.kept_path)
    return target.kept_path


def _count_rejects(connection: duckdb.DuckDBPyConnection, file_number: int) -> int:
    found = connection.execute("select count(*) from raw.rejected_rows where file_number = ?", [file_number])
    return int(found.fetchall()[0][0])


def _printable(path: str) -> str:
    return path.encode(errors="surrogateescape").decode(errors="replace")


def _ignore(_message: str) -> None:
    """Small files are not logged."""
