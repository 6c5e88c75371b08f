"""Lands every new file of every feed in `raw`, each file once and in a separate transaction."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from lead_sla.errors import InputError, LeadSlaError
from lead_sla.formatting import show_count
from lead_sla.inputs.feeds import Feed
from lead_sla.landing.files import FileRefusedError, LandingFile, find_files, identify
from lead_sla.landing.parquet import stage_parquet
from lead_sla.landing.rejects import store_rejects
from lead_sla.landing.schema import create_raw_schema, stored_columns
from lead_sla.landing.staging import STAGED, Staged, stage_text

LONG_FILE_BYTES = 50_000_000
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class LandedFile:
    """A file that landed in this run; rows_read = rows_landed + rows_rejected."""

    feed: str
    path: str
    rows_read: int
    rows_landed: int
    rows_rejected: int


@dataclass(frozen=True)
class RefusedFile:
    """A file of which nothing landed; the reason includes the remedy."""

    feed: str
    path: str
    reason: str


@dataclass
class LandingReport:
    """The result of a landing. Refused files are tried again at every landing.

    `present` are the ids, by path, of the files that are in the landing folder and in `raw`.
    """

    landed: list[LandedFile] = field(default_factory=list)
    already_landed: int = 0
    refused: list[RefusedFile] = field(default_factory=list)
    without_files: list[Feed] = field(default_factory=list)
    present: dict[str, str] = field(default_factory=dict)


def land_feeds(
    connection: duckdb.DuckDBPyConnection,
    feeds: Sequence[Feed],
    landing_dir: Path,
    landed_at: datetime,
    log: Callable[[str], None] = print,
) -> LandingReport:
    """Land every file that has not landed yet, in the order of `feeds` and then of paths.

    `landed_at` is naive UTC. A file that cannot land is reported in `refused` and does not stop the others.

    Raises:
        InputError: a feed has changed its kind since it first landed.
    """
    create_raw_schema(connection)
    _require_same_kinds(connection, feeds)
    _rewrite_feeds(connection, feeds)
    known = {row[0] for row in connection.execute("select file_id from raw.landed_files").fetchall()}
    report = LandingReport()
    for feed in feeds:
        paths = find_files(landing_dir, feed.files)
        if not paths:
            report.without_files.append(feed)
        for path in paths:
            try:
                file = identify(landing_dir, path)
                if file.file_id in known:
                    report.already_landed += 1
                else:
                    report.landed.append(_land_file(connection, feed, file, landed_at, log))
                    known.add(file.file_id)
                report.present[path] = file.file_id
            except (FileRefusedError, OSError) as problem:
                report.refused.append(RefusedFile(feed.name, _printable(path), _reason(problem)))
    return report


def _land_file(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    file: LandingFile,
    landed_at: datetime,
    log: Callable[[str], None],
) -> LandedFile:
    is_long = file.size_bytes > LONG_FILE_BYTES
    started = time.monotonic()
    if is_long:
        log(f"{file.path}: landing {file.size_bytes / MEGABYTE:,.0f} MB for feed {feed.name}.")
    try:
        if file.format == "parquet":
            staged = stage_parquet(connection, feed, file)
        else:
            staged = stage_text(connection, feed, file, log if is_long else _ignore)
        if is_long:
            log(f"{file.path}: {show_count(staged.rows, 'row')} read after {time.monotonic() - started:.1f} s.")
        with _transaction(connection):
            landed = _store(connection, feed, file, staged, landed_at)
            file.require_unchanged()
    finally:
        connection.execute(f"drop table if exists {STAGED}")
    if is_long:
        counts = f"{show_count(landed.rows_landed, 'row')} landed, {landed.rows_rejected:,} rejected"
        log(f"{file.path}: {counts} in {time.monotonic() - started:.1f} s.")
    return landed


def _store(
    connection: duckdb.DuckDBPyConnection, feed: Feed, file: LandingFile, staged: Staged, landed_at: datetime
) -> LandedFile:
    (last,) = connection.execute("select coalesce(max(file_number), 0) from raw.landed_files").fetchall()[0]
    shared = {"file_id": file.file_id, "file_number": last + 1, "feed": feed.name, "landed_at": landed_at}
    columns = ", ".join([*stored_columns(feed.kind), "attributes"])
    _insert_unordered(
        connection,
        f"""
        insert into raw.{feed.kind} by name
        select
            $file_id as file_id, $file_number as file_number, {staged.line_number} as row_number, $feed as feed,
            cast($landed_at as timestamp) as landed_at, {columns}
        from {STAGED}
        where problem_reason is null
        """,
        shared,
    )
    landed = _count(connection, feed.kind, last + 1)
    if landed != staged.rows:
        store_rejects(connection, file, staged, shared | {"path": file.path})
    rejected = _count(connection, "rejected_rows", last + 1)
    if staged.rows != landed + rejected:
        raise LeadSlaError(
            f"{file.path}: {staged.rows} rows read, but {landed} landed + {rejected} rejected. Nothing of it landed."
        )
    connection.execute(
        "insert into raw.landed_files values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            file.file_id,
            last + 1,
            feed.name,
            feed.kind,
            file.path,
            file.size_bytes,
            staged.rows,
            landed,
            rejected,
            landed_at,
        ],
    )
    return LandedFile(feed.name, file.path, staged.rows, landed, rejected)


def _insert_unordered(connection: duckdb.DuckDBPyConnection, statement: str, values: dict[str, object]) -> None:
    """Insert without preserving the order of rows, which is in `row_number`.

    To preserve it, DuckDB leaves row groups half filled, and writes all of them again at the next checkpoint.
    """
    (before,) = connection.execute("select current_setting('preserve_insertion_order')").fetchall()[0]
    connection.execute("set preserve_insertion_order = false")
    try:
        connection.execute(statement, values)
    finally:
        connection.execute(f"set preserve_insertion_order = {before}")


def _count(connection: duckdb.DuckDBPyConnection, table: str, file_number: int) -> int:
    found = connection.execute(f"select count(*) from raw.{table} where file_number = ?", [file_number])
    return int(found.fetchall()[0][0])


def _require_same_kinds(connection: duckdb.DuckDBPyConnection, feeds: Sequence[Feed]) -> None:
    landed = dict(connection.execute("select distinct feed, kind from raw.landed_files").fetchall())
    for feed in feeds:
        before = landed.get(feed.name, feed.kind)
        if before != feed.kind:
            raise InputError(
                f"Feed {feed.name} has already landed as {before}, but is {feed.kind} in feeds.yml. Give the feed a "
                "different name."
            )


def _rewrite_feeds(connection: duckdb.DuckDBPyConnection, feeds: Sequence[Feed]) -> None:
    """Write the configured feeds to `raw.feeds`, followed by those that have landed but are no longer configured."""
    with _transaction(connection):
        connection.execute("delete from raw.feeds")
        for order, feed in enumerate(feeds, start=1):
            connection.execute("insert into raw.feeds values (?, ?, ?, true)", [feed.name, feed.kind, order])
        connection.execute(
            """
            insert into raw.feeds
            select feed, kind, $configured + row_number() over (order by min(file_number)), false
            from raw.landed_files
            where feed not in (select feed from raw.feeds)
            group by feed, kind
            """,
            {"configured": len(feeds)},
        )


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    connection.execute("begin")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def _reason(problem: FileRefusedError | OSError) -> str:
    if isinstance(problem, OSError):
        return f"it cannot be read ({problem.strerror or problem}). Check that the file is there, and its permissions."
    return str(problem)


def _printable(path: str) -> str:
    return path.encode(errors="surrogateescape").decode(errors="replace")


def _ignore(_message: str) -> None:
    """Small files are not logged."""
