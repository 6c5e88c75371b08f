"""Reads the YAML files that people write, as nodes, which keep the line and the text of each value."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import yaml
from yaml.reader import ReaderError

from lead_sla.errors import InputError
from lead_sla.formatting import show_path

LONGEST_QUOTE = 60
REMEDY = "Check the indentation, colons, quotes and brackets of this line and the ones before it"


def read_yaml(path: Path) -> yaml.Node | None:
    """The root of the file's only document, None if it is empty or has comments only.

    Raises:
        InputError: the file cannot be read, or is not YAML; names the line.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except OSError as error:
        raise InputError(f"{show_path(path)} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{show_path(path)} is not UTF-8; save it in that encoding.") from error
    except yaml.MarkedYAMLError as error:
        raise InputError(f"{show_path(path)}{_explain(error, text)}.") from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise InputError(
            f"{show_path(path)}, line {line}: it is not valid YAML, because it contains the control character "
            f"U+{ord(text[error.position]):04X}. Delete it."
        ) from error


def fingerprint(values: Mapping[str, yaml.Node]) -> str:
    """A hash of the values, whatever the order of their keys, and whatever their comments and quotes."""
    plain = {key: _plain(node) for key, node in values.items()}
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def line_of(node: yaml.Node) -> int:
    """The line on which a node begins, from 1."""
    return int(node.start_mark.line) + 1


def text_of(path: Path, node: yaml.Node) -> str:
    """A value as it is written in the file, on one line, cut when long."""
    text = path.read_text(encoding="utf-8")[node.start_mark.index : node.end_mark.index]
    shown = " ".join(text.split())
    return shown if len(shown) <= LONGEST_QUOTE else shown[:LONGEST_QUOTE] + "..."


def _plain(node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(element) for element in node.value]
    return str(node.value)


def _explain(error: yaml.MarkedYAMLError, text: str) -> str:
    """The line of a mistake, and what it is; two are named, because YAML's own words do not suggest the remedy."""
    mark, context = error.problem_mark or error.context_mark, error.context_mark
    ended = mark is not None and mark.index >= len(text)
    if context and ended and text[context.index : context.index + 1] in ("'", '"'):
        return f", line {context.line + 1}: the quote that opens here is not closed. Add the closing one"
    asterisks = [one for one in (context, mark) if one and text[one.index : one.index + 1] == "*"]
    if asterisks:
        return f", line {asterisks[0].line + 1}: it is not valid YAML. Put quotes around a value that begins with *"
    return f"{f', line {mark.line + 1}' if mark else ''}: it is not valid YAML. {REMEDY}"
