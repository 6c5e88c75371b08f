"""`feeds.yml`: whose files are read, and how their columns map onto the canonical ones.

The file is walked as YAML nodes, not as Python values: that keeps line numbers for messages, the text as it was
written (`constant: 2024-01-01` stays text), and shows keys that are given twice.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TypeVar

import yaml

from lead_sla.errors import InputError
from lead_sla.formatting import show_path
from lead_sla.inputs.feed_columns import AMOUNT_PATTERN, DATE_PATTERN, KINDS, STAMP_PATTERN, Column
from lead_sla.inputs.seed_values import nearest
from lead_sla.inputs.unreadable_files import CHOICES, ON_UNREADABLE
from lead_sla.inputs.yaml_files import line_of, read_yaml
from lead_sla.settings import time_zones

T = TypeVar("T")

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
REQUIRED_KEYS = ("name", "kind", "files")
FEED_KEYS = (*REQUIRED_KEYS, "timezone", "columns")
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
    """One entry of `feeds.yml`. Without `columns` the files carry the canonical names themselves."""

    name: str
    kind: str
    files: str
    timezone: str = "UTC"
    columns: Mapping[str, Source] | None = None

    def source_of(self, column: str) -> Source | None:
        """Where a canonical column comes from, or None when the feed leaves it out."""
        return Source(column) if self.columns is None else self.columns.get(column)


def load_feeds(path: Path) -> tuple[Feed, ...]:
    """Read `feeds.yml`.

    Raises:
        InputError: a line for every mistake, with the file, line, feed, key, value and what is allowed.
    """
    return _Reader(path).read()


class _MistakeError(Exception):
    """Something wrong, at the node where it is written; it stops the reading of that node only."""

    def __init__(self, node: yaml.Node, problem: str) -> None:
        super().__init__(problem)
        self.line = line_of(node)


class _Reader:
    """Walks one file and collects what is wrong, so that everything can be corrected at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mistakes: list[_MistakeError] = []
        self._names: set[str] = set()

    def read(self) -> tuple[Feed, ...]:
        feeds = self._attempt(self._feeds, self._parse(), "")
        if self._mistakes:
            mistakes = sorted(self._mistakes, key=lambda mistake: mistake.line)
            raise InputError("\n".join(f"{show_path(self._path)}, line {one.line}: {one}." for one in mistakes))
        return tuple(feeds or ())

    def _parse(self) -> yaml.Node:
        if not self._path.exists():
            raise InputError(f"{show_path(self._path)} does not exist; create it, or set LEAD_SLA_FEEDS to its path.")
        root = read_yaml(self._path)
        if root is None:
            raise InputError(f"{show_path(self._path)} is empty; list at least one feed under `feeds`.")
        return root

    def _attempt(self, read: Callable[[yaml.Node, str], T], node: yaml.Node, where: str) -> T | None:
        """What is read from the node; None, with the mistake noted, if it is wrong."""
        try:
            return read(node, where)
        except _MistakeError as mistake:
            self._mistakes.append(mistake)
            return None

    def _note(self, node: yaml.Node, problem: str) -> None:
        self._mistakes.append(_MistakeError(node, problem))

    def _feeds(self, root: yaml.Node, _: str) -> list[Feed]:
        top = self._mapping(root, "the file", ("feeds", ON_UNREADABLE))
        if ON_UNREADABLE in top:
            self._attempt(self._on_unreadable, top[ON_UNREADABLE], ON_UNREADABLE)
        entries = top.get("feeds")
        if entries is None and self._mistakes:
            return []
        if not isinstance(entries, yaml.SequenceNode) or not entries.value:
            raise _MistakeError(entries or root, "`feeds` must be a list with at least one feed")
        feeds = [self._attempt(self._feed, entry, "a feed") for entry in entries.value]
        return [feed for feed in feeds if feed is not None]

    def _on_unreadable(self, node: yaml.Node, where: str) -> None:
        choice = self._text(node, where)
        if choice not in CHOICES:
            raise _MistakeError(
                node, f"{where} '{choice}' is unknown{_ask(choice, CHOICES)}; use {' or '.join(CHOICES)}"
            )

    def _feed(self, entry: yaml.Node, where: str) -> Feed | None:
        keys = self._mapping(entry, where, FEED_KEYS)
        for key in REQUIRED_KEYS:
            if key not in keys:
                self._note(entry, f"{where} has no `{key}`; every feed needs name, kind and files")
        name = self._attempt(self._name, keys["name"], "name") if "name" in keys else None
        where = f"feed {name}: " if name else "a feed: "
        kind = self._attempt(self._kind, keys["kind"], where) if "kind" in keys else None
        files = self._attempt(self._files, keys["files"], where) if "files" in keys else None
        zone = self._attempt(self._timezone, keys["timezone"], where) if "timezone" in keys else "UTC"
        columns = None
        if "columns" in keys and kind:
            columns = self._attempt(partial(self._columns, kind=kind), keys["columns"], where)
        return Feed(name, kind, files, zone, columns) if name and kind and files and zone else None

    def _name(self, node: yaml.Node, where: str) -> str:
        name = self._text(node, where)
        if not NAME.fullmatch(name):
            raise _MistakeError(node, f"name '{name}' may contain only letters, digits, _ and -")
        if name in self._names:
            self._note(node, f"feed {name}: the name is already used by another feed; names must be unique")
        self._names.add(name)
        return name

    def _kind(self, node: yaml.Node, where: str) -> str:
        kind = self._text(node, where + "kind")
        if kind not in KINDS:
            near = _ask(kind, KINDS)
            raise _MistakeError(node, f"{where}kind '{kind}' is unknown{near}; the kinds are {', '.join(KINDS)}")
        return kind

    def _files(self, node: yaml.Node, where: str) -> str:
        pattern = self._text(node, where + "files")
        parts = PurePosixPath(pattern).parts
        if pattern.startswith(("/", "~")) or ".." in parts or "\\" in pattern or "\0" in pattern:
            raise _MistakeError(
                node, f"{where}files '{pattern}' is outside the landing folder; use a path below it, such as crm/*.csv"
            )
        if not parts or pattern.endswith("/"):
            raise _MistakeError(node, f"{where}files '{pattern}' is a folder; add /* for its files")
        if any("**" in part and part != "**" for part in parts):
            raise _MistakeError(node, f"{where}files '{pattern}': ** must be alone between slashes")
        return pattern

    def _timezone(self, node: yaml.Node, where: str) -> str:
        zone = self._text(node, where + "timezone")
        if zone not in time_zones():
            example = "use an IANA name such as UTC, America/New_York or Europe/Berlin"
            near = _ask(zone, sorted(time_zones()))
            raise _MistakeError(node, f"{where}timezone '{zone}' is unknown{near}; {example}")
        return zone

    def _columns(self, node: yaml.Node, where: str, kind: str) -> Mapping[str, Source]:
        canonical = {column.name: column for column in KINDS[kind]}
        entries = self._mapping(node, f"{where}columns of {kind}", tuple(canonical))
        for column in canonical.values():
            if column.required and column.name not in entries:
                remedy = "name its source column, or give it a {constant: ...}"
                self._note(node, f"{where}the required column {column.name} is not mapped; {remedy}")
        sources = {}
        for name, value in entries.items():
            source = self._attempt(partial(self._source, column=canonical[name]), value, where)
            if source:
                sources[name] = source
        return sources

    def _source(self, node: yaml.Node, where: str, column: Column) -> Source | None:
        where = f"{where}column {column.name}"
        if isinstance(node, yaml.ScalarNode):
            return Source(column=self._text(node, where))
        before = len(self._mistakes)
        keys = self._mapping(node, where, SOURCE_KEYS)
        if len(self._mistakes) > before:
            return None
        if ("constant" in keys) == ("column" in keys) or {"constant", "default"} <= keys.keys():
            raise _MistakeError(node, f"{where}: give a source column, {{constant: x}} or {{column: c, default: x}}")
        source = Source(**{key: self._text(value, f"{where}, {key}") for key, value in keys.items()})
        given = source.constant or source.default
        if given is not None and not re.fullmatch(VALUE_PATTERNS[column.type], given, re.ASCII):
            wanted = "an ISO 8601 date or timestamp" if column.type == "stamp" else "a number such as 1234.50"
            raise _MistakeError(node, f"{where}: '{given}' is not {wanted}")
        return source

    def _mapping(self, node: yaml.Node, where: str, allowed: tuple[str, ...]) -> dict[str, yaml.Node]:
        """The values by key. The value of a misspelled key is read as that of the key that was meant."""
        if not isinstance(node, yaml.MappingNode):
            raise _MistakeError(node, f"{where} must contain `key: value` lines; the keys are {', '.join(allowed)}")
        given = {str(key.value) for key, _ in node.value}
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = self._text(key, where)
            if name not in allowed:
                free = [one for one in allowed if one not in given]
                problem = f"'{name}' is not a known key{_ask(name, free)}; the keys are {', '.join(allowed)}"
                self._note(key, f"{where}: {problem}")
                name = nearest(name, free) or ""
            elif name in found:
                self._note(key, f"{where}: '{name}' is given twice; keep one")
            if name and name not in found:
                found[name] = value
        return found

    def _text(self, node: yaml.Node, where: str) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise _MistakeError(node, f"{where} must be a single value")
        text = str(node.value).strip()
        if not text or node.tag == "tag:yaml.org,2002:null":
            raise _MistakeError(node, f"{where} is empty; give it a value or leave the line out")
        return text


def _ask(value: str, known: Iterable[str]) -> str:
    near = nearest(value, known)
    return f" (did you mean {near}?)" if near else ""
