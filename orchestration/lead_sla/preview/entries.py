"""Writes an entry of feeds.yml, with the decisions that people have to make as comments."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import yaml

ORDER = (
    *("name", "kind", "files", "delimiter", "encoding", "header_row", "footer", "sheet", "timezone"),
    *("record_id", "version", "withdrawn", "columns", "events"),
    *("nulls", "dates", "days", "decimal", "thousands", "first_of", "normalize"),
)
PLAIN = re.compile(r"[A-Za-z0-9_./*][A-Za-z0-9_./* +()-]*")


@dataclass
class Entry:
    """A proposed feed: its keys. What has to be decided about a key, and what is good to know, stand above it."""

    keys: dict[str, object] = field(default_factory=dict)
    doubts: dict[str, list[str]] = field(default_factory=dict)
    hints: dict[str, list[str]] = field(default_factory=dict)

    def doubt(self, key: str, text: str) -> None:
        """Note something that has to be decided."""
        self.doubts.setdefault(key, []).append(text)

    def hint(self, key: str, text: str) -> None:
        """Note something that is good to know."""
        self.hints.setdefault(key, []).append(text)


def write_entry(entry: Entry) -> str:
    """The entry as lines to paste below `feeds:`; what is in doubt is marked with `decide`."""
    lines: list[str] = []
    for key in (one for one in ORDER if one in entry.keys):
        lines += [f"# decide: {_one_line(text)}" for text in entry.doubts.get(key, ())]
        lines += [f"# {_one_line(text)}" for text in entry.hints.get(key, ())]
        lines += _write(key, entry.keys[key])
    first, *rest = lines
    return "\n".join([f"  - {first}", *(f"    {line}" for line in rest)]) + "\n"


def _write(key: str, value: object) -> list[str]:
    """A key on one line, or a mapping or a list of mappings as a block."""
    if isinstance(value, Mapping) and key in ("columns", "normalize"):
        return [f"{key}:", *(f"  {_text(name)}: {_inline(one)}" for name, one in value.items())]
    if isinstance(value, Sequence) and not isinstance(value, str) and key == "events":
        lines = [f"{key}:"]
        for one in value:
            first, *rest = [f"{name}: {_inline(part)}" for name, part in one.items()]
            lines += [f"  - {first}", *(f"    {line}" for line in rest)]
        return lines
    return [f"{key}: {_inline(value)}"]


def _one_line(text: str) -> str:
    """Text of a comment, which names and values of the file must not end."""
    return "".join(sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in text)


def _inline(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(str(name))}: {_inline(one)}" for name, one in value.items()) + "}"
    if isinstance(value, bool | int):
        return json.dumps(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_inline(one) for one in value) + "]"
    return _text(str(value))


def _text(text: str) -> str:
    """Text bare where YAML reads it as it is, and in quotes elsewhere."""
    is_bare = PLAIN.fullmatch(text) and not text.startswith("*") and yaml.safe_load(text) == text
    return text if is_bare else json.dumps(text, ensure_ascii=not text.isprintable())
