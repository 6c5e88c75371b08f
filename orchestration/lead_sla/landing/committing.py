"""Commits staged files to `raw`, each in a transaction; those that land again for a feed all in one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from lead_sla.inputs.feed_columns import event_kind, kinds_of
from lead_sla.landing.candidates import Candidate
from lead_sla.landing.file_errors import REPORT
from lead_sla.landing.files import FileRefusedError
from lead_sla.landing.raw_files import finish_file, free_name, read_files, take_out, write_file
from lead_sla.landing.rejects import describe_reasons, store_rejects
from lead_sla.landing.report import LandedFile
from lead_sla.landing.writing import Staged, Target
from lead_sla.warehouse import transaction


def commit(
    connection: duckdb.DuckDBPyConnection, raw_dir: Path, candidate: Candidate, staged: Staged
) -> LandedFile | None:
    """Store the rows of a staged file in `raw`, or return None if its bytes have landed for such a feed before."""
    same = {"file_id": candidate.file.file_id, "kinds": kinds_of(event_kind(candidate.feed.kind))}
    query = "select 1 from raw.landed_files where file_id = $file_id and kind in (select unnest($kinds))"
    if not candidate.is_back and connection.execute(query, same).fetchall():
        return None
    kept = _without_rejects(connection, candidate.target, staged)
    with transaction(connection):
        return _store(connection, raw_dir, candidate, staged, kept)


def commit_again(
    connection: duckdb.DuckDBPyConnection,
    raw_dir: Path,
    files: Sequence[tuple[Candidate, Staged]],
    read_again_at: datetime,
) -> list[LandedFile]:
    """Replace the rows of files that have landed before by those of the staged ones, all or none.

    Raises:
        FileRefusedError: one of them cannot land.
    """
    kept = [_without_rejects(connection, candidate.target, staged) for candidate, staged in files]
    with transaction(connection):
        take_out(connection, raw_dir, [candidate.target.file_number for candidate, _ in files])
        return [
            _store(connection, raw_dir, candidate, staged, path, read_again_at)
            for (candidate, staged), path in zip(files, kept, strict=True)
        ]


def _store(
    connection: duckdb.DuckDBPyConnection,
    raw_dir: Path,
    candidate: Candidate,
    staged: Staged,
    kept: Path,
    read_again_at: datetime | None = None,
) -> LandedFile:
    """Store the rows of a file, in a transaction of the caller."""
    feed, file, number = candidate.feed, candidate.file, candidate.target.file_number
    events = "count(*) filter (entry > 0)" if staged.is_of_records else "count(*)"
    ((landed, stored),) = connection.execute(f"select {events}, count(*) from {read_files([kept])}").fetchall()
    stored_in = free_name(raw_dir, feed.kind, number, number) if stored else None
    if staged.rejected:
        store_rejects(connection, staged.copy or file, staged)
    rejected = _count_rejects(connection, number)
    if staged.entries != landed + rejected + staged.filtered:
        parts = f"{landed} landed + {rejected} rejected + {staged.filtered} filtered"
        raise FileRefusedError(f"{staged.entries} rows were read, but {parts}. {REPORT}")
    values = {
        "feed": feed.name,
        "kind": feed.kind,
        "path": file.path,
        "size_bytes": file.size_bytes,
        "rows_read": staged.entries,
        "rows_landed": landed,
        "rows_rejected": rejected,
        "rows_filtered": staged.filtered,
        "landed_at": candidate.target.landed_at,
        "stored_in": stored_in,
        "mapping": feed.mapping,
    }
    if read_again_at is None:
        _insert(connection, {"file_id": file.file_id, "file_number": number, **values})
    else:
        _update(connection, number, {**values, "read_again_at": read_again_at})
    file.require_unchanged()
    if stored_in:
        finish_file(kept, raw_dir, stored_in)
    reasons = describe_reasons(connection, file, number) if rejected else ()
    counts = (staged.entries, landed, rejected, staged.filtered)
    return LandedFile(feed.name, file.path, *counts, reasons, staged.warnings, may_be_empty=feed.form.is_slice)


def _insert(connection: duckdb.DuckDBPyConnection, values: Mapping[str, object]) -> None:
    names = ", ".join(f"${name} as {name}" for name in values)
    connection.execute(f"insert into raw.landed_files by name select {names}", values)


def _update(connection: duckdb.DuckDBPyConnection, file_number: int, values: Mapping[str, object]) -> None:
    changes = ", ".join(f"{name} = ${name}" for name in values)
    connection.execute(
        f"update raw.landed_files set {changes} where file_number = $file_number",
        {**values, "file_number": file_number},
    )


def _without_rejects(connection: duckdb.DuckDBPyConnection, target: Target, staged: Staged) -> Path:
    """The file with the rows that land."""
    if not staged.rejected and not staged.filtered:
        return staged.path
    write_file(connection, _of_records(staged) if staged.is_of_records else _of_events(staged), target.kept_path)
    return target.kept_path


def _of_events(staged: Staged) -> str:
    counts = "problem_reason is null" + (" and not is_filtered" if staged.filtered else "")
    return f"from {staged.relation} where {counts}"


def _of_records(staged: Staged) -> str:
    """A row that does not count says so: what earlier rows said of the record no longer counts.

    A statement whose first event is rejected stays, as one without an event.
    """
    return f"""
        select * replace (case when problem_reason is null then entry else 0 end as entry)
        from {staged.relation}
        where
            problem_reason is null and (not is_filtered or record_id is not null)
            or is_statement and entry > 0
    """


def _count_rejects(connection: duckdb.DuckDBPyConnection, file_number: int) -> int:
    found = connection.execute("select count(*) from raw.rejected_rows where file_number = ?", [file_number])
    return int(found.fetchall()[0][0])
