"""Entries of `feeds.yml` with `source`: a CRM that `lead-sla pull` reads into the landing folder.

What it writes lands through the feeds of a preset, a file of `presets` in the form of `feeds.yml`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from lead_sla.inputs.yaml_files import line_of, read_yaml
from lead_sla.inputs.yaml_reading import MistakeError, NodeReader, ask

PRESETS = Path(__file__).with_name("presets")
KEYS = ("name", "source", "segment", "values")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
# The feeds of each kind of source, and the columns whose codes and words a company may translate.
PEOPLE, DEALS = ("event_type", "segment", "channel"), ("stage", "currency")
FEEDS: dict[str, dict[str, tuple[str, ...]]] = {
    "hubspot": {"contacts": PEOPLE, "deals": DEALS, "merges": ()},
    "salesforce": {"leads": PEOPLE, "contacts": PEOPLE, "deals": DEALS, "merges": ()},
}


@dataclass(frozen=True)
class SegmentNames:
    """How a CRM names what can hold the segment: the form, in words, and what says who a person is, in small letters.

    What is personal is never asked for.
    """

    form: re.Pattern[str]
    words: str
    personal: tuple[str, ...]


SEGMENTS = {
    "hubspot": SegmentNames(
        re.compile(r"[a-z0-9_-]+"),
        "the internal name of a property, which has no capitals or blanks",
        (
            *("firstname", "lastname", "salutation", "email", "work_email", "hs_additional_emails", "date_of_birth"),
            *("phone", "mobilephone", "hs_whatsapp_phone_number", "fax", "address", "twitterhandle"),
        ),
    ),
    "salesforce": SegmentNames(
        re.compile(r"[A-Za-z][A-Za-z0-9_]*"),
        "the API name of a field, such as Region__c",
        (
            *("name", "firstname", "lastname", "middlename", "suffix", "salutation", "email", "birthdate", "photourl"),
            *("phone", "mobilephone", "homephone", "otherphone", "assistantphone", "assistantname", "fax"),
            *("address", "street", "mailingaddress", "mailingstreet", "otheraddress", "otherstreet", "description"),
        ),
    ),
}


@dataclass(frozen=True)
class CrmSource:
    """A CRM to pull from. `kind` is the value of `source`, and `segment` the property that holds the segment."""

    name: str
    kind: str
    segment: str | None = None

    @property
    def feed_names(self) -> list[str]:
        """The feeds through which its files land."""
        return [f"{self.name}_{name}" for name in FEEDS[self.kind]]


@dataclass(frozen=True)
class SourceEntry:
    """An entry as it is written, with the words of `values` by column."""

    source: CrmSource
    node: yaml.Node
    words: Mapping[str, tuple[yaml.Node, yaml.Node]] = field(default_factory=dict)

    def feeds(self) -> Iterator[yaml.MappingNode]:
        """The preset's entries with the names of the feeds, and the words of this entry."""
        columns = FEEDS[self.source.kind].values()
        preset = _entries(read_yaml(PRESETS / f"{self.source.kind}.yml"))
        for name, entry, translated in zip(self.source.feed_names, preset, columns, strict=True):
            words = [self.words[column] for column in translated if column in self.words]
            own = {"name": self._scalar(name), **({"values": self._mapping(words)} if words else {})}
            kept = [(key, value) for key, value in entry.value if key.value not in own]
            yield self._mapping([*((self._scalar(key), value) for key, value in own.items()), *kept])

    def _scalar(self, text: str) -> yaml.ScalarNode:
        return yaml.ScalarNode("tag:yaml.org,2002:str", text, self.node.start_mark, self.node.end_mark)

    def _mapping(self, values: list[tuple[yaml.Node, yaml.Node]]) -> yaml.MappingNode:
        return yaml.MappingNode("tag:yaml.org,2002:map", values, self.node.start_mark, self.node.end_mark)


def load_sources(path: Path) -> tuple[CrmSource, ...]:
    """The sources of `feeds.yml`; there may be none.

    Raises:
        InputError: a line for every mistake in their entries.
    """
    reader = NodeReader()
    entries = [entry for entry in _entries(read_yaml(path)) if is_source(entry)]
    found = read_sources(reader, entries)
    reader.raise_mistakes(path)
    return tuple(entry.source for entry in found)


def is_source(entry: yaml.Node) -> bool:
    """Whether an entry of `feeds` is a source, not a feed."""
    return isinstance(entry, yaml.MappingNode) and any(key.value == "source" for key, _ in entry.value)


def read_sources(reader: NodeReader, entries: Sequence[yaml.Node]) -> list[SourceEntry]:
    """The entries of sources; mistakes are noted."""
    read = (reader.attempt(lambda node, _: _read_source(reader, node), entry, "") for entry in entries)
    found: list[SourceEntry] = []
    for entry in (one for one in read if one):
        same = next((one for one in found if one.source.kind == entry.source.kind), None)
        if same is None:
            found.append(entry)
        else:
            place = f"{same.source.name} in line {line_of(same.node)}"
            kind = entry.source.kind
            reader.note(entry.node, f"source {entry.source.name}: {kind} is that of {place} already; keep one")
    return found


def _entries(root: yaml.Node | None) -> list[yaml.Node]:
    pairs = root.value if isinstance(root, yaml.MappingNode) else ()
    lists = [value for key, value in pairs if key.value == "feeds" and isinstance(value, yaml.SequenceNode)]
    return [entry for one in lists for entry in one.value]


def _read_source(reader: NodeReader, entry: yaml.Node) -> SourceEntry | None:
    before = len(reader.mistakes)
    keys = reader.mapping(entry, "a source", KEYS)
    if "name" not in keys:
        reader.note(entry, "a source has no `name`; every source needs name and source")
    name = reader.attempt(lambda node, at: _name(reader, node, at), keys["name"], "name") if "name" in keys else None
    where = f"source {name}: " if name else "a source: "
    kind = reader.attempt(lambda node, at: reader.choice(node, at, FEEDS), keys["source"], f"{where}source")
    segment = None
    if "segment" in keys and kind:
        place = f"{where}segment"
        segment = reader.attempt(lambda node, at: _segment(reader, node, at, kind), keys["segment"], place)
    words = None
    if "values" in keys and kind:
        words = reader.attempt(lambda node, at: _words(node, at, kind), keys["values"], f"{where}values")
    if not name or not kind or len(reader.mistakes) > before:
        return None
    return SourceEntry(CrmSource(name, kind, segment), entry, words or {})


def _name(reader: NodeReader, node: yaml.Node, where: str) -> str:
    name = reader.text(node, where)
    if not NAME.fullmatch(name):
        raise MistakeError(node, f"name '{name}' may contain only letters, digits, _ and -")
    return name


def _segment(reader: NodeReader, node: yaml.Node, where: str, kind: str) -> str:
    name, names = reader.text(node, where), SEGMENTS[kind]
    if not names.form.fullmatch(name):
        raise MistakeError(node, f"{where} '{name}' is not {names.words}")
    if name.lower() in names.personal:
        raise MistakeError(
            node, f"{where} '{name}' says who a contact is, and is never read; name a property that contacts share"
        )
    return name


def _words(node: yaml.Node, where: str, kind: str) -> dict[str, tuple[yaml.Node, yaml.Node]]:
    """The pairs of a mapping by column; what the words are is checked with the feed that reads them."""
    known = list(dict.fromkeys(column for columns in FEEDS[kind].values() for column in columns))
    listed = ", ".join(known)
    if not isinstance(node, yaml.MappingNode):
        raise MistakeError(node, f"{where} must contain `column: ...` lines; the columns are {listed}")
    found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
    for key, value in node.value:
        if key.value not in known:
            raise MistakeError(key, f"{where}: '{key.value}' is no column{ask(str(key.value), known)}; use {listed}")
        if key.value in found:
            raise MistakeError(key, f"{where}: '{key.value}' is given twice; keep one")
        found[key.value] = (key, value)
    return found
