"""Record feeds in `feeds.yml`: each row of their files says how a record stands, from which events are made."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

from lead_sla.inputs.feed_columns import KINDS
from lead_sla.inputs.feed_options import BOOLEANS, Condition, read_conditions
from lead_sla.inputs.yaml_reading import MistakeError, NodeReader

CODES = {"lead_events": "event_type", "deal_events": "stage"}
MADE = ("event_id", "occurred_at")  # besides the code, what no row can map because each of its events has its own
REQUIRED_KEYS = ("record_id", "columns", "events")
RECORD_KEYS = ("record_id", "version", "withdrawn", "complete", "events")
ENTRY_KEYS = ("occurred_at", "when", "keep", "each")
CODE_KEYS = ("constant", "element")
MOMENT_KEYS = ("observed", "element")
FIELD_KEYS = ("element",)
KEPT = "every_version"


@dataclass(frozen=True)
class Entry:
    """One thing that a row can tell. A null `moment` is the day on which the value was first seen.

    With `each`, a column that holds a JSON list, there is an event for each element, and the code (unless it is a
    constant) and the moment are fields of the element. So are the columns of ours in `fields`, whatever the row says.
    """

    code: str
    is_constant: bool
    moment: str | None
    when: tuple[Condition, ...] = ()
    keeps_every_version: bool = False
    each: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file that are read for it."""
        own = [self.each] if self.each else [None if self.is_constant else self.code, self.moment]
        return tuple(column for column in (*(one.column for one in self.when), *own) if column)


@dataclass(frozen=True)
class RecordForm:
    """What a row of a record feed says, and about which record."""

    record_id: str
    version: str | None
    withdrawn: tuple[Condition, ...]
    lists_all_records: bool
    entries: tuple[Entry, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file that are read besides those under `columns`, each once."""
        found = [self.record_id, self.version, *(one.column for one in self.withdrawn)]
        for entry in self.entries:
            found += entry.columns
        return tuple(dict.fromkeys(column for column in found if column))

    @property
    def element_columns(self) -> tuple[str, ...]:
        """The columns of ours that some entries read from the elements of a list, each once."""
        return tuple(dict.fromkeys(name for entry in self.entries for name in entry.fields))

    @property
    def moments(self) -> tuple[str, ...]:
        """The columns of the file that hold the moments of events."""
        return tuple(dict.fromkeys(entry.moment for entry in self.entries if entry.moment and not entry.each))


def read_record_form(
    reader: NodeReader, keys: Mapping[str, yaml.Node], entry: yaml.Node, where: str, kind: str
) -> RecordForm | None:
    """The keys of a record feed whose events are of a kind; None if one is missing or wrong, which is noted."""
    for key in REQUIRED_KEYS:
        if key not in keys:
            reader.note(entry, f"{where}a record feed has no `{key}`; it needs record_id, columns and events")
    record_id = reader.attempt(reader.text, keys["record_id"], f"{where}record_id") if "record_id" in keys else None
    version = reader.attempt(reader.text, keys["version"], f"{where}version") if "version" in keys else None
    withdrawn = None
    if "withdrawn" in keys:
        withdrawn = reader.attempt(
            lambda node, at: read_conditions(reader, node, at), keys["withdrawn"], f"{where}withdrawn"
        )
    is_complete = None
    if "complete" in keys:
        is_complete = reader.attempt(
            lambda node, at: reader.choice(node, at, BOOLEANS), keys["complete"], f"{where}complete"
        )
    entries = _read_entries(reader, keys["events"], f"{where}events", kind) if "events" in keys else ()
    if not record_id or not entries:
        return None
    return RecordForm(record_id, version, withdrawn or (), is_complete == "true", entries)


def _read_entries(reader: NodeReader, node: yaml.Node, where: str, kind: str) -> tuple[Entry, ...]:
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        reader.note(node, f"{where} must be a list with at least one entry")
        return ()
    entries = [reader.attempt(lambda one, at: _entry(reader, one, at, kind), one, where) for one in node.value]
    return tuple(entry for entry in entries if entry)


def _entry(reader: NodeReader, node: yaml.Node, where: str, kind: str) -> Entry:
    code = CODES[kind]
    shared = [column.name for column in KINDS[kind] if column.name not in (code, *MADE)]
    keys = reader.mapping(node, where, (code, *ENTRY_KEYS, *shared))
    for key in (code, "occurred_at"):
        if key not in keys:
            raise MistakeError(node, f"{where}: an entry has no `{key}`; each needs {code} and occurred_at")
    each = reader.text(keys["each"], f"{where}, each") if "each" in keys else None
    found, is_constant = _read_code(reader, keys[code], f"{where}, {code}", has_elements=each is not None)
    moment = _read_moment(reader, keys["occurred_at"], f"{where}, occurred_at", has_elements=each is not None)
    when = read_conditions(reader, keys["when"], f"{where}, when") if "when" in keys else ()
    keeps = "keep" in keys and reader.choice(keys["keep"], f"{where}, keep", (KEPT,)) == KEPT
    if moment is None and not keeps:
        raise MistakeError(
            node, f"{where}: what is observed has to stay when the value changes; add `keep: {KEPT}` to the entry"
        )
    own = {name: keys[name] for name in shared if name in keys}
    if own and each is None:
        raise MistakeError(
            node, f"{where}: only an entry with `each` has its own {', '.join(own)}; map it under `columns`"
        )
    fields = {name: _read_field(reader, value, f"{where}, {name}") for name, value in own.items()}
    return Entry(found, is_constant, moment, when, keeps, each, fields)


def _read_field(reader: NodeReader, node: yaml.Node, where: str) -> str:
    """A field of the element."""
    keys = reader.mapping(node, where, FIELD_KEYS) if isinstance(node, yaml.MappingNode) else {}
    if not keys:
        raise MistakeError(node, f"{where} must be {{element: field}}")
    return reader.text(keys["element"], where)


def _read_code(reader: NodeReader, node: yaml.Node, where: str, *, has_elements: bool) -> tuple[str, bool]:
    """A column or, of an entry with `each`, a field of the element; or a constant."""
    if isinstance(node, yaml.ScalarNode) and not has_elements:
        return reader.text(node, where), False
    keys = reader.mapping(node, where, CODE_KEYS if has_elements else CODE_KEYS[:1])
    if len(keys) != 1:
        wanted = "{element: field} or {constant: code}" if has_elements else "a column or {constant: code}"
        raise MistakeError(node, f"{where} must be {wanted}")
    ((key, value),) = keys.items()
    return reader.text(value, where), key == "constant"


def _read_moment(reader: NodeReader, node: yaml.Node, where: str, *, has_elements: bool) -> str | None:
    """A column or, of an entry with `each`, a field of the element; None if the moment is observed."""
    if isinstance(node, yaml.ScalarNode) and not has_elements:
        return reader.text(node, where)
    keys = reader.mapping(node, where, MOMENT_KEYS[1:] if has_elements else MOMENT_KEYS[:1])
    if len(keys) != 1:
        wanted = "{element: field}" if has_elements else "a column or {observed: true}"
        raise MistakeError(node, f"{where} must be {wanted}")
    ((key, value),) = keys.items()
    if key == "observed":
        reader.choice(value, where, ("true",))
        return None
    return reader.text(value, where)
