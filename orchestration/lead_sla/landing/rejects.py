"""Stores rejected rows in `raw.rejected_rows`, each with the reason and its original text."""

from collections.abc import Iterator
from itertools import islice

import duckdb

from lead_sla.formatting import show_count
from lead_sla.landing.date_proposals import propose_dates
from lead_sla.landing.files import LandingFile
from lead_sla.landing.json_arrays import original_elements
from lead_sla.landing.parquet import original_rows
from lead_sla.landing.records import without_break
from lead_sla.landing.survey import UTF8_MARK, open_text
from lead_sla.landing.timestamps import NOT_VERSION, UNREAD_TIMES
from lead_sla.landing.typed import SHOWN_CHARACTERS
from lead_sla.landing.writing import Staged
from lead_sla.sql import literal

MOST_REASONS = 3
MOST_VALUES = 200
SHOWN_VALUE = "^'(.*)' "
WITHOUT_VALUE = f"regexp_replace(reason, {literal(SHOWN_VALUE)}, '', 's')"
BATCH_ROWS = 10_000
CHUNK_BYTES = 1024 * 1024
CUT_OFF = "; it is the last line and has no line end, so the file may be cut off"
NO_VERSIONS = (
    "`version` in feeds.yml must name a column with a timestamp or a number that grows with each change; name another "
    "column, or leave it out"
)
ORIGINAL_ROWS = {"parquet": original_rows, "json": original_elements}  # formats without lines
INSERT = """
    insert into raw.rejected_rows by name
    select
        rejected.file_id, rejected.file_number, rejected.feed, $path as path, rejected.line_number,
        rejected.problem_column as column_name, rejected.problem_reason as reason, originals.original_text,
        rejected.landed_at
"""


def store_rejects(connection: duckdb.DuckDBPyConnection, file: LandingFile, staged: Staged) -> None:
    """Store the rows of `staged` that have a problem."""
    rejected = f"""(
        select {staged.line_number} as line_number, * exclude ({staged.line_number})
        from {staged.relation}
        where problem_reason is not null
    )"""
    values: dict[str, object] = {"path": file.path}
    if file.format in ORIGINAL_ROWS:
        originals = ORIGINAL_ROWS[file.format](file)
        join = f"from {rejected} as rejected inner join ({originals}) as originals using (line_number)"
        connection.execute(f"{INSERT} {join}", values)
        return
    for numbers, texts in _original_texts(connection, file, rejected):
        join = f"""
            from {rejected} as rejected
            inner join (select unnest($numbers) as line_number, unnest($texts) as original_text) as originals
                using (line_number)
        """
        connection.execute(f"{INSERT} {join}", values | {"numbers": numbers, "texts": texts})
    _mark_cut_off(connection, file, staged)


def _mark_cut_off(connection: duckdb.DuckDBPyConnection, file: LandingFile, staged: Staged) -> None:
    """Add to the reason of a row that it may be cut off, if it is the last of a file without a line end."""
    numbers = f"select file_number from {staged.relation} limit 1"
    number, line, text = connection.execute(
        f"""
        select file_number, line_number, original_text
        from raw.rejected_rows
        where file_number = ({numbers})
        order by line_number desc
        limit 1
        """
    ).fetchall()[0]
    if _ends_with(file, b"\n" + text.encode()):
        connection.execute(
            "update raw.rejected_rows set reason = reason || ? where file_number = ? and line_number = ?",
            [CUT_OFF, number, line],
        )


def _ends_with(file: LandingFile, end: bytes) -> bool:
    tail = b""
    with open_text(file) as stream:
        if not file.is_gzip:
            stream.seek(max(file.location.stat().st_size - len(end), 0))
        while chunk := stream.read(CHUNK_BYTES):
            tail = (tail + chunk)[-len(end) :]
    return tail == end


def describe_reasons(connection: duckdb.DuckDBPyConnection, file: LandingFile, file_number: int) -> tuple[str, ...]:
    """The commonest reasons of a file's rejected rows, a line each, with the first row as an example and a remedy."""
    found = connection.execute(
        f"""
        select
            count(*) as row_count,
            min(line_number) as first_line,
            column_name,
            arg_min(reason, line_number),
            left(arg_min(original_text, line_number), {SHOWN_CHARACTERS}),
            {WITHOUT_VALUE} as kind_of_reason
        from raw.rejected_rows
        where file_number = ?
        group by column_name, kind_of_reason
        order by ends_with(kind_of_reason, {literal(CUT_OFF)}) desc, row_count desc, first_line
        limit {MOST_REASONS}
        """,
        [file_number],
    ).fetchall()
    place = "record" if file.format in ORIGINAL_ROWS else "line"
    lines = []
    for rows, line, column, reason, text, kind in found:
        what = f"{column} {reason}" if column else f"{reason}: {text}"
        remedy = None
        if kind.startswith(UNREAD_TIMES) and not kind.endswith(CUT_OFF):
            remedy = propose_dates(_list_values(connection, file_number, column, kind))
        if kind.startswith(NOT_VERSION) and remedy is None and _are_most(connection, file_number, rows):
            remedy = NO_VERSIONS
        lines.append(f"{show_count(rows, 'row')}, such as {place} {line}: {what}{f'. {remedy}' if remedy else ''}")
    return tuple(lines)


def _are_most(connection: duckdb.DuckDBPyConnection, file_number: int, rows: int) -> bool:
    found = connection.execute("select rows_read from raw.landed_files where file_number = ?", [file_number])
    return 2 * rows > int(found.fetchall()[0][0])


def _list_values(connection: duckdb.DuckDBPyConnection, file_number: int, column: str, kind: str) -> list[str]:
    """The values of a column that were rejected for a kind of reason, each once."""
    found = connection.execute(
        f"""
        select regexp_extract(reason, {literal(SHOWN_VALUE)}, 1, 's') as value
        from raw.rejected_rows
        where file_number = $file_number and column_name = $column and {WITHOUT_VALUE} = $kind
        group by value
        order by min(line_number)
        limit {MOST_VALUES}
        """,
        {"file_number": file_number, "column": column, "kind": kind},
    )
    return [value for (value,) in found.fetchall()]


def _original_texts(
    connection: duckdb.DuckDBPyConnection, file: LandingFile, rejected: str
) -> Iterator[tuple[list[int], list[str]]]:
    """Batches of line numbers and texts, from one more pass over the file."""
    with open_text(file) as stream:
        at = 1
        while wanted := connection.execute(
            f"select distinct line_number, line_count from {rejected} where line_number >= ? order by all limit ?",
            [at, BATCH_ROWS],
        ).fetchall():
            texts = []
            for number, count in wanted:
                record = b"".join(islice(stream, number - at, number - at + count))
                texts.append(without_break(record.removeprefix(UTF8_MARK) if number == 1 else record).decode())
                at = number + count
            yield [number for number, _ in wanted], texts
