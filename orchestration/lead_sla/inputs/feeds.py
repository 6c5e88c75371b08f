"""`feeds.yml`: whose files are read, and how their columns map onto the canonical ones.

The file is walked as YAML nodes, not as Python values: that keeps line numbers for messages, the text as it was
written (`constant: 2024-01-01` stays text), and shows keys that are given twice.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import yaml

from lead_sla.errors import InputError
from lead_sla.inputs.feed_columns import AMOUNT_PATTERN, DATE_PATTERN, KINDS, STAMP_PATTERN, Column
from lead_sla.settings import time_zones

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
FEED_KEYS = ("name", "kind", "files", "timezone", "columns")
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
        InputError: one sentence with the file, line, feed, key, value and what is allowed.
    """
    return _Reader(path).read()


class _Reader:
    """Walks one file; `_fail` is where every message gets its place."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> tuple[Feed, ...]:
        root = self._parse()
        top = self._mapping(root, "the file", ("feeds",))
        entries = top.get("feeds")
        if not isinstance(entries, yaml.SequenceNode) or not entries.value:
            raise self._fail(entries or root, "`feeds` must be a list with at least one feed")
        feeds: dict[str, Feed] = {}
        for entry in entries.value:
            feed = self._feed(entry)
            if feed.name in feeds:
                raise self._fail(
                    entry, f"feed {feed.name}: the name is already used by another feed; names must be unique"
                )
            feeds[feed.name] = feed
        return tuple(feeds.values())

    def _parse(self) -> yaml.Node:
        try:
            root = yaml.compose(self._path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        except FileNotFoundError as error:
            raise InputError(f"{self._path} does not exist; create it, or set LEAD_SLA_FEEDS to its path.") from error
        except OSError as error:
            raise InputError(f"{self._path} cannot be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise InputError(f"{self._path} is not UTF-8; save it in that encoding.") from error
        except yaml.MarkedYAMLError as error:
            line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
            raise InputError(f"{self._path}{line}: it is not valid YAML: {error.problem}.") from error
        except yaml.YAMLError as error:
            raise InputError(f"{self._path}: it is not valid YAML: {error}.") from error
        if root is None:
            raise InputError(f"{self._path} is empty; list at least one feed under `feeds`.")
        return root

    def _feed(self, entry: yaml.Node) -> Feed:
        keys = self._mapping(entry, "a feed", FEED_KEYS)
        for key in ("name", "kind", "files"):
            if key not in keys:
                raise self._fail(entry, f"a feed has no `{key}`; every feed needs name, kind and files")
        name = self._text(keys["name"], "name")
        if not NAME.fullmatch(name):
            raise self._fail(keys["name"], f"name '{name}' may contain only letters, digits, _ and -")
        where = f"feed {name}: "
        kind = self._text(keys["kind"], where + "kind")
        if kind not in KINDS:
            raise self._fail(keys["kind"], f"{where}kind '{kind}' is unknown; the kinds are {', '.join(KINDS)}")
        return Feed(
            name=name,
            kind=kind,
            files=self._files(keys["files"], where),
            timezone=self._timezone(keys["timezone"], where) if "timezone" in keys else "UTC",
            columns=self._columns(keys["columns"], kind, where) if "columns" in keys else None,
        )

    def _files(self, node: yaml.Node, where: str) -> str:
        pattern = self._text(node, where + "files")
        parts = PurePosixPath(pattern).parts
        if pattern.startswith(("/", "~")) or ".." in parts or "\\" in pattern or "\0" in pattern:
            raise self._fail(
                node, f"{where}files '{pattern}' is outside the landing folder; use a path below it, such as crm/*.csv"
            )
        if not parts or pattern.endswith("/"):
            raise self._fail(node, f"{where}files '{pattern}' is a folder; add /* for its files")
        if any("**" in part and part != "**" for part in parts):
            raise self._fail(node, f"{where}files '{pattern}': ** must stand alone between slashes")
        return pattern

    def _timezone(self, node: yaml.Node, where: str) -> str:
        zone = self._text(node, where + "timezone")
        if zone not in time_zones():
            example = "use an IANA name such as UTC, America/New_York or Europe/Berlin"
            raise self._fail(node, f"{where}timezone '{zone}' is unknown; {example}")
        return zone

    def _columns(self, node: yaml.Node, kind: str, where: str) -> Mapping[str, Source]:
        canonical = {column.name: column for column in KINDS[kind]}
        entries = self._mapping(node, f"{where}columns of {kind}", tuple(canonical))
        for column in canonical.values():
            if column.required and column.name not in entries:
                remedy = "name its source column, or give it a {constant: ...}"
                raise self._fail(node, f"{where}the required column {column.name} is not mapped; {remedy}")
        return {name: self._source(value, canonical[name], where) for name, value in entries.items()}

    def _source(self, node: yaml.Node, column: Column, where: str) -> Source:
        where = f"{where}column {column.name}"
        if isinstance(node, yaml.ScalarNode):
            return Source(column=self._text(node, where))
        keys = self._mapping(node, where, SOURCE_KEYS)
        if ("constant" in keys) == ("column" in keys) or {"constant", "default"} <= keys.keys():
            raise self._fail(node, f"{where}: give a source column, {{constant: x}} or {{column: c, default: x}}")
        source = Source(**{key: self._text(value, f"{where}, {key}") for key, value in keys.items()})
        given = source.constant or source.default
        if given is not None and not re.fullmatch(VALUE_PATTERNS[column.type], given, re.ASCII):
            wanted = "an ISO 8601 date or stamp" if column.type == "stamp" else "a number such as 1234.50"
            raise self._fail(node, f"{where}: '{given}' is not {wanted}")
        return source

    def _mapping(self, node: yaml.Node, where: str, allowed: tuple[str, ...]) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self._fail(node, f"{where} must contain `key: value` lines; the keys are {', '.join(allowed)}")
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = self._text(key, where)
            if name not in allowed:
                raise self._fail(key, f"{where}: '{name}' is not a known key; the keys are {', '.join(allowed)}")
            if name in found:
                raise self._fail(key, f"{where}: '{name}' is given twice; keep one")
            found[name] = value
        return found

    def _text(self, node: yaml.Node, where: str) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self._fail(node, f"{where} must be a single value")
        text = str(node.value).strip()
        if not text or node.tag == "tag:yaml.org,2002:null":
            raise self._fail(node, f"{where} is empty; give it a value or leave the line out")
        return text

    def _fail(self, node: yaml.Node, problem: str) -> InputError:
        return InputError(f"{self._path}, line {node.start_mark.line + 1}: {problem}.")
