"""Reads text files into typed rows, each with its physical line.

Two readers return the same rows. The fast one is DuckDB's parallel reader; its result is used only if it finds exactly
one record on every physical line, because then rows and lines have the same order and no record was broken. Any other
file is read line by line by the exact reader (`records.py`), which writes a clean copy with line numbers.
"""

import glob
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import duckdb

from lead_sla.inputs.feeds import Feed
from lead_sla.landing.file_errors import REPORT, is_of_machine
from lead_sla.landing.files import FileRefusedError, LandingFile
from lead_sla.landing.footers import count_filled, find_rows_behind
from lead_sla.landing.json_lines import require_lines
from lead_sla.landing.layouts import Layout, find_delimiter, lay_out
from lead_sla.landing.mapping import source_columns
from lead_sla.landing.records import Grammar, Lines, Record, grammar, split_fields
from lead_sla.landing.survey import TextFacts, open_text, survey
from lead_sla.landing.writing import Position, Staged, Target, write_nothing, write_typed
from lead_sla.sql import literal

LINE_BYTES = 2_000_000  # DuckDB's default for the longest line; its buffers grow with it
KEYS = ("line_number", "line_count")
UNCLEAR = (b"\r", b"\n", b'  "')  # what DuckDB may read differently; it takes a quote behind two blanks for text
WITHIN = "delimiters_within"  # delimiters inside of quoted values


def stage_text(
    connection: duckdb.DuckDBPyConnection, feed: Feed, file: LandingFile, target: Target, log: Callable[[str], None]
) -> Staged:
    """Write the typed rows of a CSV or JSON Lines file to `target`; `log` is called if the slower reader is needed.

    Raises:
        FileRefusedError: the file cannot land as a whole.
        OSError: it cannot be read.
    """
    facts = survey(file, find_delimiter(feed, file).encode())
    if facts.lines == 0:
        return write_nothing(connection, feed, target).with_names(feed, file)
    if file.format == "jsonl" and not feed.form.is_slice:
        require_lines(file, source_columns(feed))
    layout = lay_out(feed, file)
    staged = stage_fast(connection, feed, file, target, facts, layout)
    if staged is None:
        reason = "not every line is one complete record" if layout.is_verifiable else "its header or footer is declared"
        log(f"{file.path}: {reason}, so it is read line by line.")
        staged = stage_exactly(connection, feed, file, target, layout)
    return staged.with_names(feed, file)


def stage_fast(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    file: LandingFile,
    target: Target,
    facts: TextFacts,
    layout: Layout,
) -> Staged | None:
    """Stage with DuckDB's parallel reader, or return None if the result cannot be verified.

    A single column is left to the exact reader: DuckDB does not distinguish blank lines from empty values in it.
    """
    is_unclear = not facts.is_regular or not layout.is_verifiable
    if is_unclear or (file.format == "csv" and (layout.fields == 1 or facts.has_unclear_quotes)):
        return None
    columns = [f"c{position}" for position in range(layout.fields)]
    relation = _read_csv(
        file.location,
        dict.fromkeys(columns, "varchar"),
        delim=literal(layout.delimiter),
        quote=literal(layout.quote),
        escape=literal(layout.quote),
        skip=str(layout.header_lines),
        compression="'gzip'" if file.is_gzip else "'none'",
    )
    within = _count_within(columns, layout.delimiter) if facts.has_quotes and layout.quote else "0"
    source = layout.source(f"(select *, {within} as {WITHIN} from {relation})", (WITHIN,), "cast(null as varchar)")
    position = Position(f"row_number() over () + {layout.header_lines}", delimiters_within=WITHIN)
    try:
        staged = write_typed(connection, feed, source, target, position)
    except duckdb.Error as error:
        if is_of_machine(error, file):
            raise
        return None  # a broken record, or padding behind gzipped data; the exact reader decides
    # DuckDB does not report one empty column too many, so the delimiters are counted as well.
    delimiters = layout.header_delimiters + staged.rows * (layout.fields - 1) + staged.delimiters_within
    if staged.blank or staged.rows != facts.lines - layout.header_lines or delimiters != facts.delimiters:
        return None
    return staged


def _count_within(columns: list[str], delimiter: str) -> str:
    mark = literal(delimiter)
    counts = [
        f"case when contains({name}, {mark}) then length({name}) - length(replace({name}, {mark}, '')) else 0 end"
        for name in columns
    ]
    return _add_up(counts)


def _add_up(terms: Sequence[str]) -> str:
    """Their sum, in halves, since DuckDB limits how deeply an expression is nested."""
    if len(terms) == 1:
        return terms[0]
    half = len(terms) // 2
    return f"({_add_up(terms[:half])} + {_add_up(terms[half:])})"


def stage_exactly(
    connection: duckdb.DuckDBPyConnection, feed: Feed, file: LandingFile, target: Target, layout: Layout
) -> Staged:
    """Stage line by line, through a clean copy."""
    csv = grammar(layout.delimiter.encode()) if file.format == "csv" else None
    with tempfile.TemporaryDirectory(dir=spill_dir(connection), prefix="landing-") as folder:
        copy = Path(folder) / "records.csv"
        with open_text(file) as stream:
            lines = Lines(stream)
            written, longest = _write_clean(copy, layout.records(lines), csv, layout.fields)
            behind = find_rows_behind(lines, csv, layout.fields) if csv and feed.form.ignore_after_blank_line else None
        names = {"line_number": "bigint", "line_count": "integer", "fault": "varchar"}
        names |= {f"c{position}": "varchar" for position in range(layout.fields)}
        # A parallel read guesses where records start, and can guess wrong if there are line breaks in quotes.
        relation = _read_csv(
            copy,
            names,
            delim=literal(csv.delimiter.decode() if csv else ","),
            quote="'\"'",
            escape="'\"'",
            parallel="false",
            new_line="'\\n'",
            max_line_size=str(max(longest, LINE_BYTES)),
        )
        source = layout.source(relation, KEYS, "fault")
        staged = write_typed(connection, feed, source, target, Position(*KEYS))
        if behind and behind.counts:
            fewest = _find_fewest_filled(connection, relation, layout.fields)
            staged = staged.warned(behind.describe(fewest, "line"))
    if staged.rows != written:
        raise FileRefusedError(f"{written} records were found in it, but {staged.rows} read. {REPORT}")
    return staged


def _find_fewest_filled(connection: duckdb.DuckDBPyConnection, relation: str, fields: int) -> int:
    """The values of the row with the fewest, among those that are not broken; none without rows."""
    filled = count_filled(f"c{position}" for position in range(fields))
    found = connection.execute(f"select coalesce(min({filled}), 0) from {relation} where fault is null")
    return int(found.fetchall()[0][0])


def _write_clean(copy: Path, records: Iterable[Record], csv: Grammar | None, fields: int) -> tuple[int, int]:
    """Write line number, line count, fault and fields of every record as CSV that any reader understands.

    Returns the number of records, and the bytes of the longest.
    """
    written = longest = 0
    mark = csv.delimiter if csv else b","
    start = b"%d" + mark + b"%d" + mark
    with copy.open("wb") as out:
        for number, count, text, fault in records:
            if fault:
                row = (start + b'"%b"%b\n') % (number, count, fault.encode(), mark * fields)
            elif csv and not any(unclear in text for unclear in UNCLEAR):
                row = (start + mark + b"%b\n") % (number, count, text)
            else:
                values = split_fields(text, csv) if csv else [text]
                row = (start + mark + b"%b\n") % (number, count, mark.join(_quoted(value) for value in values))
            written += 1
            longest = max(longest, out.write(row))
    return written, longest


def _quoted(value: bytes) -> bytes:
    return b'"' + value.replace(b'"', b'""') + b'"'


def _read_csv(path: Path, columns: dict[str, str], **options: str) -> str:
    types = ", ".join(f"{literal(name)}: {literal(sql_type)}" for name, sql_type in columns.items())
    settings = "".join(f", {name} = {value}" for name, value in options.items())
    # The name is escaped because DuckDB would read [1] in it as a pattern.
    return (
        f"read_csv({literal(glob.escape(str(path)))}, columns = {{{types}}}, auto_detect = false, header = false, "
        f"strict_mode = true, hive_partitioning = false{settings})"
    )


def spill_dir(connection: duckdb.DuckDBPyConnection) -> Path:
    """DuckDB's folder for temporary files."""
    folder = Path(connection.execute("select current_setting('temp_directory')").fetchall()[0][0])
    folder.mkdir(parents=True, exist_ok=True)
    return folder
