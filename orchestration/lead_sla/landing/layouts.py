"""The properties of the two text formats that the fast and the exact reader depend on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lead_sla.inputs.feeds import Feed
from lead_sla.landing.files import LandingFile
from lead_sla.landing.headers import tell_apart
from lead_sla.landing.json_lines import open_lines, rest_of_object
from lead_sla.landing.mapping import amount_columns, collect_attributes, map_columns, mapped_columns, source_columns
from lead_sla.landing.partitions import partition_columns
from lead_sla.landing.records import Lines, Record, grammar, read_csv_records, read_header, read_line_records
from lead_sla.landing.survey import open_text
from lead_sla.landing.text_options import without_nulls
from lead_sla.landing.typed import MappedSource, trimmed

# A line of JSON is read as one field, with a delimiter that JSON does not allow.
JSON_DELIMITER = "\x1f"


@dataclass(frozen=True)
class Layout:
    """How one text file is read, by either reader."""

    fields: int
    delimiter: str
    quote: str
    header_lines: int
    header_delimiters: int
    is_verifiable: bool  # whether the fast reader's result can be verified
    records: Callable[[Lines], Iterator[Record]]
    source: Callable[[str, tuple[str, ...], str], MappedSource]  # of a relation, keys to keep, and a fault


def lay_out(feed: Feed, file: LandingFile) -> Layout:
    """Decide how a text file is read; for CSV this reads the header.

    Raises:
        FileRefusedError: the header cannot be used, or lacks a column.
    """
    return _csv_layout(feed, file) if file.format == "csv" else _json_layout(feed, file)


def find_delimiter(feed: Feed, file: LandingFile) -> str:
    """What separates the fields of a text file; a line of JSON is one field."""
    return feed.form.delimiter if file.format == "csv" else JSON_DELIMITER


def _csv_layout(feed: Feed, file: LandingFile) -> Layout:
    form = feed.form
    csv = grammar(form.delimiter.encode())

    def find_names(lines: Lines) -> list[str]:
        lines.skip(form.header_row - 1)
        return read_header(lines, csv)

    with open_text(file) as stream:
        lines = Lines(stream)
        names = find_names(lines)
        header_lines = lines.number
    columns = {name: f"c{position}" for position, name in enumerate(tell_apart(feed, names))}
    mapped = map_columns(feed, partition_columns(file.path) | columns, {})
    values = {name: without_nulls(trimmed(column), feed.options) for name, column in columns.items()}
    attributes = collect_attributes(feed, values)

    def records(lines: Lines) -> Iterator[Record]:
        find_names(lines)
        return read_csv_records(lines, len(names), csv, until_blank=form.ignore_after_blank_line)

    def source(relation: str, keys: tuple[str, ...], fault: str) -> MappedSource:
        return mapped.source(relation, attributes, fault, keys)

    return Layout(
        fields=len(names),
        delimiter=form.delimiter,
        quote='"',
        header_lines=header_lines,
        header_delimiters=len(names) - 1 + sum(name.count(form.delimiter) for name in names),
        is_verifiable=form.header_row == 1 and not form.ignore_after_blank_line,
        records=records,
        source=source,
    )


def _json_layout(feed: Feed, file: LandingFile) -> Layout:
    names = source_columns(feed)
    texts = {name: f"c{position}" for position, name in enumerate(names)}
    numbers = {name: f"{texts[name]}_is_number" for name in amount_columns(feed)}
    partitions = partition_columns(file.path)
    available = {
        name: f"coalesce({text}, {partitions[name]})" if name in partitions else text for name, text in texts.items()
    }
    mapped = map_columns(feed, available, numbers)
    header_lines = 1 if feed.form.is_slice else 0

    def records(lines: Lines) -> Iterator[Record]:
        lines.skip(header_lines)
        return read_line_records(lines)

    def source(relation: str, keys: tuple[str, ...], fault: str) -> MappedSource:
        lines = f"(select {', '.join(keys)}, c0 as line, {fault} as fault from {relation})"
        objects = open_lines(lines, names, keys, "fault", list(numbers))
        return mapped.source(objects, rest_of_object(mapped_columns(feed)), "fault", keys)

    return Layout(
        fields=1,
        delimiter=JSON_DELIMITER,
        quote="",
        header_lines=header_lines,
        header_delimiters=0,
        is_verifiable=True,
        records=records,
        source=source,
    )
