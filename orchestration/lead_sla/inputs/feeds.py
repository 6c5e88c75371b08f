"""`feeds.yml`: whose files are read, and how their columns map onto the canonical ones."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath

import yaml

from lead_sla.errors import InputError
from lead_sla.formatting import show_path
from lead_sla.inputs.crm_sources import NAME, SourceEntry, is_source, read_sources
from lead_sla.inputs.feed_columns import (
    AMOUNT_PATTERN,
    DATE_PATTERN,
    KINDS,
    RECORD_KINDS,
    STAMP_PATTERN,
    Column,
    event_kind,
)
from lead_sla.inputs.feed_options import (
    OPTION_KEYS,
    FileForm,
    ReadColumns,
    ValueOptions,
    read_file_form,
    read_value_options,
)
from lead_sla.inputs.record_feeds import CODES, MADE, RECORD_KEYS, RecordForm, read_record_form
from lead_sla.inputs.unreadable_files import CHOICES, ON_UNREADABLE
from lead_sla.inputs.yaml_files import fingerprint, read_yaml
from lead_sla.inputs.yaml_reading import MistakeError, NodeReader, ask
from lead_sla.settings import time_zones

REQUIRED_KEYS = ("name", "kind", "files")
EVENT_KEYS = ("corrections",)
FEED_KEYS = (*REQUIRED_KEYS, "timezone", "columns", *OPTION_KEYS, *EVENT_KEYS, *RECORD_KEYS)
UNMAPPED_KEYS = ("name", "files", "corrections", "complete")  # they play no part in what a row becomes
FEED_KINDS = (*KINDS, *RECORD_KINDS)
CORRECTIONS = ("first", "latest")
SOURCE_KEYS = ("column", "default", "constant")
VALUE_PATTERNS = {"stamp": f"{DATE_PATTERN}|{STAMP_PATTERN}", "amount": AMOUNT_PATTERN, "text": r"(?s:.+)"}


@dataclass(frozen=True)
class Source:
    """Where a canonical column comes from: a constant, or a source column with a default for empty values."""

    column: str | None = None
    default: str | None = None
    constant: str | None = None


@dataclass(frozen=True)
class Feed:
    """One entry of `feeds.yml`. Without `columns` the files carry the canonical names themselves.

    With `replaces_events`, a later row of an event id replaces the earlier ones. `records` is of record feeds alone.
    `mapping` is the same for entries that make the same rows of a file.
    """

    name: str
    kind: str
    files: str
    timezone: str = "UTC"
    columns: Mapping[str, Source] | None = None
    form: FileForm = field(default_factory=FileForm)
    options: ValueOptions = field(default_factory=ValueOptions)
    replaces_events: bool = False
    records: RecordForm | None = None
    mapping: str = field(default="", compare=False)

    @property
    def lists_all_records(self) -> bool:
        """Whether each file has all records of the source, so that one that is missing is gone."""
        return self.records is not None and self.records.lists_all_records

    @property
    def record_columns(self) -> tuple[str, ...]:
        """The columns of the file that are read besides those under `columns`; only a record feed has some."""
        return self.records.columns if self.records else ()

    def source_of(self, column: str) -> Source | None:
        """Where a canonical column comes from, or None when the feed leaves it out."""
        return Source(column) if self.columns is None else self.columns.get(column)


def load_feeds(path: Path) -> tuple[Feed, ...]:
    """Read `feeds.yml`.

    Raises:
        InputError: a line for every mistake, with the file, line, feed, key, value and what is allowed.
    """
    return _Reader(path).read()


def require_record_feeds(feeds: Iterable[Feed], names: Iterable[str]) -> None:
    """Make sure that these are names of record feeds.

    Raises:
        InputError: one is not; the message lists those that are.
    """
    known = [feed.name for feed in feeds if feed.records]
    for name in names:
        if name not in known:
            raise InputError(
                f"'{name}' is not a record feed of feeds.yml{ask(name, known)}: {', '.join(known) or 'it has none'}."
            )


class _Reader(NodeReader):
    """Walks one file."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._names: set[str] = set()

    def read(self) -> tuple[Feed, ...]:
        feeds = self.attempt(self._feeds, self._parse(), "")
        self.raise_mistakes(self._path)
        return tuple(feeds or ())

    def _parse(self) -> yaml.Node:
        if not self._path.exists():
            raise InputError(f"{show_path(self._path)} does not exist; create it, or set LEAD_SLA_FEEDS to its path.")
        root = read_yaml(self._path)
        if root is None:
            raise InputError(f"{show_path(self._path)} is empty; list at least one feed under `feeds`.")
        return root

    def _feeds(self, root: yaml.Node, _: str) -> list[Feed]:
        top = self.mapping(root, "the file", ("feeds", ON_UNREADABLE))
        if ON_UNREADABLE in top:
            self.attempt(self._on_unreadable, top[ON_UNREADABLE], ON_UNREADABLE)
        entries = top.get("feeds")
        if entries is None and self.mistakes:
            return []
        if not isinstance(entries, yaml.SequenceNode) or not entries.value:
            raise MistakeError(entries or root, "`feeds` must be a list with at least one feed")
        sources = {one.node: one for one in read_sources(self, [one for one in entries.value if is_source(one)])}
        feeds: list[Feed | None] = []
        for entry in entries.value:
            if entry in sources:
                feeds += self._feeds_of_source(sources[entry])
            elif not is_source(entry):
                feeds.append(self.attempt(self._feed, entry, "a feed"))
        return [feed for feed in feeds if feed is not None]

    def _feeds_of_source(self, entry: SourceEntry) -> Iterator[Feed]:
        """The feeds of a CRM's preset, whose files begin with a line that is no record."""
        for node in entry.feeds():
            feed = self.attempt(self._feed, node, "a feed")
            if feed is not None:
                yield replace(feed, form=replace(feed.form, is_slice=True))

    def _on_unreadable(self, node: yaml.Node, where: str) -> None:
        choice = self.text(node, where)
        if choice not in CHOICES:
            raise MistakeError(node, f"{where} '{choice}' is unknown{ask(choice, CHOICES)}; use {' or '.join(CHOICES)}")

    def _feed(self, entry: yaml.Node, where: str) -> Feed | None:
        keys = self.mapping(entry, where, FEED_KEYS)
        for key in REQUIRED_KEYS:
            if key not in keys:
                self.note(entry, f"{where} has no `{key}`; every feed needs name, kind and files, or `source`")
        name = self.attempt(self._name, keys["name"], "name") if "name" in keys else None
        where = f"feed {name}: " if name else "a feed: "
        kind = self.attempt(self._kind, keys["kind"], where) if "kind" in keys else None
        files = self.attempt(self._files, keys["files"], where) if "files" in keys else None
        zone = self.attempt(self._timezone, keys["timezone"], where) if "timezone" in keys else "UTC"
        columns = None
        if "columns" in keys and kind:
            columns = self.attempt(partial(self._columns, kind=kind), keys["columns"], where)
        records = read_record_form(self, keys, entry, where, RECORD_KINDS[kind]) if kind in RECORD_KINDS else None
        for key in EVENT_KEYS if kind in RECORD_KINDS else RECORD_KEYS:
            if kind and key in keys:
                others = ", ".join(KINDS if kind in RECORD_KINDS else RECORD_KINDS)
                self.note(keys[key], f"{where}`{key}` is for feeds of kind {others}; leave it out of {kind}")
        replaces = "corrections" in keys and self.attempt(self._corrections, keys["corrections"], where) == "latest"
        form = read_file_form(self, keys, where)
        read = _list_read(kind, columns, records) if kind else None
        options = read_value_options(self, keys, where, read) if read else ValueOptions()
        if not (name and kind and files and zone) or (kind in RECORD_KINDS and records is None):
            return None
        mapping = fingerprint({key: value for key, value in keys.items() if key not in UNMAPPED_KEYS})
        return Feed(name, kind, files, zone, columns, form, options, replaces, records, mapping)

    def _name(self, node: yaml.Node, where: str) -> str:
        name = self.text(node, where)
        if not NAME.fullmatch(name):
            raise MistakeError(node, f"name '{name}' may contain only letters, digits, _ and -")
        if name in self._names:
            self.note(node, f"feed {name}: the name is already used by another feed; names must be unique")
        self._names.add(name)
        return name

    def _kind(self, node: yaml.Node, where: str) -> str:
        kind = self.text(node, where + "kind")
        if kind not in FEED_KINDS:
            near = ask(kind, FEED_KINDS)
            raise MistakeError(node, f"{where}kind '{kind}' is unknown{near}; the kinds are {', '.join(FEED_KINDS)}")
        return kind

    def _files(self, node: yaml.Node, where: str) -> str:
        pattern = self.text(node, where + "files")
        parts = PurePosixPath(pattern).parts
        if pattern.startswith(("/", "~")) or ".." in parts or "\\" in pattern or "\0" in pattern:
            raise MistakeError(
                node, f"{where}files '{pattern}' is outside the landing folder; use a path below it, such as crm/*.csv"
            )
        if not parts or pattern.endswith("/"):
            raise MistakeError(node, f"{where}files '{pattern}' is a folder; add /* for its files")
        if any("**" in part and part != "**" for part in parts):
            raise MistakeError(node, f"{where}files '{pattern}': ** must be alone between slashes")
        return pattern

    def _timezone(self, node: yaml.Node, where: str) -> str:
        zone = self.text(node, where + "timezone")
        if zone not in time_zones():
            example = "use an IANA name such as UTC, America/New_York or Europe/Berlin"
            near = ask(zone, sorted(time_zones()))
            raise MistakeError(node, f"{where}timezone '{zone}' is unknown{near}; {example}")
        return zone

    def _corrections(self, node: yaml.Node, where: str) -> str:
        return self.choice(node, where + "corrections", CORRECTIONS)

    def _columns(self, node: yaml.Node, where: str, kind: str) -> Mapping[str, Source]:
        made = (*MADE, CODES[RECORD_KINDS[kind]]) if kind in RECORD_KINDS else ()
        canonical = {column.name: column for column in KINDS[event_kind(kind)] if column.name not in made}
        entries = self.mapping(node, f"{where}columns of {kind}", tuple(canonical))
        for column in canonical.values():
            if column.required and not column.is_made and column.name not in entries:
                remedy = "name its source column, or give it a {constant: ...}"
                self.note(node, f"{where}the required column {column.name} is not mapped; {remedy}")
        sources = {}
        for name, value in entries.items():
            source = self.attempt(partial(self._source, column=canonical[name]), value, where)
            if source:
                sources[name] = source
        return sources

    def _source(self, node: yaml.Node, where: str, column: Column) -> Source | None:
        where = f"{where}column {column.name}"
        if isinstance(node, yaml.ScalarNode):
            return Source(column=self.text(node, where))
        before = len(self.mistakes)
        keys = self.mapping(node, where, SOURCE_KEYS)
        if len(self.mistakes) > before:
            return None
        if ("constant" in keys) == ("column" in keys) or {"constant", "default"} <= keys.keys():
            raise MistakeError(node, f"{where}: give a source column, {{constant: x}} or {{column: c, default: x}}")
        source = Source(**{key: self.text(value, f"{where}, {key}") for key, value in keys.items()})
        given = source.constant or source.default
        if given is not None and not re.fullmatch(VALUE_PATTERNS[column.type], given, re.ASCII):
            wanted = "an ISO 8601 date or timestamp" if column.type == "stamp" else "a number such as 1234.50"
            raise MistakeError(node, f"{where}: '{given}' is not {wanted}")
        if given is not None and column.allowed and given not in column.allowed:
            allowed = " or ".join(column.allowed)
            raise MistakeError(node, f"{where}: '{given}' is unknown{ask(given, column.allowed)}; use {allowed}")
        return source


def _list_read(kind: str, columns: Mapping[str, Source] | None, records: RecordForm | None) -> ReadColumns:
    """The columns that a feed reads from its files."""
    canonical = KINDS[event_kind(kind)]
    sources = {column: Source(column.name) if columns is None else columns.get(column.name) for column in canonical}
    read = {column: source.column for column, source in sources.items() if source and source.column}
    stamps = tuple(name for column, name in read.items() if column.type == "stamp")
    if records is None:
        return ReadColumns(tuple(read), stamps)
    of_events = (CODES[event_kind(kind)], *records.element_columns)
    others = (column for column in canonical if column.name in of_events and column not in read)
    return ReadColumns((*read, *others), records.moments)
