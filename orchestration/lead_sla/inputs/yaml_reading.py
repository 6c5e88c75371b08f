"""Walks a YAML file that people write and collects every mistake in it, so that all can be corrected at once.

Nodes are walked, not Python values: that keeps line numbers for messages, the text as it was written
(`constant: 2024-01-01` stays text), and shows keys that are given twice.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import yaml

from lead_sla.errors import InputError
from lead_sla.formatting import show_path
from lead_sla.inputs.seed_values import nearest
from lead_sla.inputs.yaml_files import line_of

T = TypeVar("T")


class MistakeError(Exception):
    """Something wrong, at the node where it is written; it stops the reading of that node only."""

    def __init__(self, node: yaml.Node, problem: str) -> None:
        super().__init__(problem)
        self.line = line_of(node)


class NodeReader:
    """Reads values from nodes and collects the mistakes. `where` begins a message: what the node belongs to."""

    def __init__(self) -> None:
        self.mistakes: list[MistakeError] = []

    def raise_mistakes(self, path: Path) -> None:
        """Report everything that was wrong.

        Raises:
            InputError: a line for every mistake, in the order of the file.
        """
        if self.mistakes:
            mistakes = sorted(self.mistakes, key=lambda mistake: mistake.line)
            raise InputError("\n".join(f"{show_path(path)}, line {one.line}: {one}." for one in mistakes))

    def attempt(self, read: Callable[[yaml.Node, str], T], node: yaml.Node, where: str) -> T | None:
        """What is read from the node; None, with the mistake noted, if it is wrong."""
        try:
            return read(node, where)
        except MistakeError as mistake:
            self.mistakes.append(mistake)
            return None

    def note(self, node: yaml.Node, problem: str) -> None:
        """Collect a mistake and go on."""
        self.mistakes.append(MistakeError(node, problem))

    def mapping(self, node: yaml.Node, where: str, allowed: tuple[str, ...]) -> dict[str, yaml.Node]:
        """The values by key. The value of a misspelled key is read as that of the key that was meant.

        Raises:
            MistakeError: the node is not a mapping.
        """
        if not isinstance(node, yaml.MappingNode):
            raise MistakeError(node, f"{where} must contain `key: value` lines; the keys are {', '.join(allowed)}")
        given = {str(key.value) for key, _ in node.value}
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = self.text(key, where)
            if name not in allowed:
                free = [one for one in allowed if one not in given]
                problem = f"'{name}' is not a known key{ask(name, free)}; the keys are {', '.join(allowed)}"
                self.note(key, f"{where}: {problem}")
                name = nearest(name, free) or ""
            elif name in found:
                self.note(key, f"{where}: '{name}' is given twice; keep one")
            if name and name not in found:
                found[name] = value
        return found

    def text(self, node: yaml.Node, where: str) -> str:
        """A value that is not empty, without blanks at its ends.

        Raises:
            MistakeError: it is empty, or not a single value.
        """
        text = self._scalar(node, where).strip()
        if not text or node.tag == "tag:yaml.org,2002:null":
            raise MistakeError(node, f"{where} is empty; give it a value or leave the line out")
        return text

    def word(self, node: yaml.Node, where: str) -> str:
        """A value as it is written in files, where NULL and ~ are words like any other.

        Raises:
            MistakeError: it is empty, or not a single value.
        """
        text = self._scalar(node, where).strip()
        if not text:
            raise MistakeError(node, f"{where} is empty; empty values are missing without being listed")
        return text

    def words(self, node: yaml.Node, where: str) -> tuple[str, ...]:
        """A list of words, each once, or a single one.

        Raises:
            MistakeError: the list is empty, or an element is.
        """
        return tuple(dict.fromkeys(self.word(element, where) for element in self.elements(node, where)))

    def elements(self, node: yaml.Node, where: str) -> list[yaml.Node]:
        """The elements of a list; a node that is not a list is one.

        Raises:
            MistakeError: the list is empty.
        """
        elements = list(node.value) if isinstance(node, yaml.SequenceNode) else [node]
        if not elements:
            raise MistakeError(node, f"{where} is an empty list; list something or leave the line out")
        return elements

    def choice(self, node: yaml.Node, where: str, allowed: Iterable[str]) -> str:
        """A value that is one of a few.

        Raises:
            MistakeError: it is not.
        """
        text = self.text(node, where)
        known = list(allowed)
        if text not in known:
            raise MistakeError(node, f"{where} '{text}' is unknown{ask(text, known)}; use one of {', '.join(known)}")
        return text

    def _scalar(self, node: yaml.Node, where: str) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise MistakeError(node, f"{where} must be a single value")
        return str(node.value)


def ask(value: str, known: Iterable[str]) -> str:
    """`(did you mean x?)` if one of the known values is near."""
    near = nearest(value, known)
    return f" (did you mean {near}?)" if near else ""
