"""Reads rules as they are written in a YAML file, and describes what is wrong with them.

What belongs here: what `dbt_project.yml` and a company's `rules.yml` have in common. What does not: the allowed values.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from lead_sla.errors import InputError
from lead_sla.formatting import show_path
from lead_sla.inputs.rules import RULES, THRESHOLDS, Order, Range
from lead_sla.inputs.yaml_files import line_of, text_of

PERCENTAGE = re.compile(r"(\d+(?:\.\d+)?) ?%?")
Problem = tuple[str, str]  # the name of a rule, and what is wrong with it


@dataclass(frozen=True)
class WrittenRule:
    """A rule in a file: its line, its value, and the text of the value."""

    line: int
    value: Any
    text: str


def read_written(path: Path, rules: yaml.MappingNode) -> dict[str, WrittenRule]:
    """The rules of a mapping in a file, by name.

    Raises:
        InputError: a rule is given twice.
    """
    written: dict[str, WrittenRule] = {}
    for key, value in rules.value:
        name = str(key.value)
        if name in written:
            first = written[name].line
            raise InputError(
                f"{show_path(path)}, line {line_of(key)}, rule {name}: the rule is given twice, first in line {first}. "
                "Delete one."
            )
        written[name] = WrittenRule(line_of(key), _value(value), text_of(path, value))
    return written


def find_wrong_values(written: Mapping[str, WrittenRule]) -> Iterator[Problem]:
    """Rules whose value is not allowed; names that are no rules are left out."""
    for name, rule in written.items():
        if name not in RULES or RULES[name].allows(rule.value):
            continue
        found = "the value is missing" if rule.value is None else f"{rule.text} is not allowed"
        is_number_in_quotes = isinstance(rule.value, str) and isinstance(RULES[name], Range | Order)
        remedy = ", without quotes" if is_number_in_quotes and rule.text[:1] in ("'", '"') else ""
        remedy = remedy or _ratio(name, rule.text)
        yield name, f"{found}. It must be {RULES[name]}{remedy}."


def find_unordered(written: Mapping[str, WrittenRule], defaults: Mapping[str, Any]) -> Iterator[Problem]:
    """Thresholds of the file that are not in order among themselves or with the defaults of the others.

    Those that are wrong by themselves are left out.
    """
    values = {**defaults, **{name: rule.value for name, rule in written.items()}}
    for lower, upper in itertools.pairwise(THRESHOLDS):
        in_range = all(RULES[name].allows(values.get(name)) for name in (lower, upper))
        if not in_range or values[lower] < values[upper]:
            continue
        own, other, order = (lower, upper, "less") if lower in written else (upper, lower, "more")
        limit = f"{other}, which is {values[other]}" + ("" if other in written else " by default")
        yield own, f"{values[own]} is not allowed. It must be {order} than {limit}."


def raise_problems(path: Path, kind: str, written: Mapping[str, WrittenRule], problems: list[Problem]) -> None:
    """Raise if there is any problem, with a line for each.

    Args:
        path: the file.
        kind: what the file calls a rule.
        written: its rules, for their lines.
        problems: by the names of the rules; one may be missing in the file.

    Raises:
        InputError: the problems, with file, line and name.
    """
    if problems:
        places = {name: f"{show_path(path)}, line {rule.line}" for name, rule in written.items()}
        raise InputError(
            "\n".join(f"{places.get(name, show_path(path))}, {kind} {name}: {problem}" for name, problem in problems)
        )


def _ratio(name: str, text: str) -> str:
    """What to write for a percentage."""
    found = PERCENTAGE.fullmatch(text)
    if found is None or not name.endswith(("_rate", "_share")) or not RULES[name].allows(float(found[1]) / 100):
        return ""
    return f": write {max(Decimal(found[1]).scaleb(-2), Decimal('0.00')):f} for {found[1]} %"


def _value(node: yaml.Node) -> Any:
    if node.tag == "tag:yaml.org,2002:null":
        return None
    if node.tag == "tag:yaml.org,2002:timestamp":
        return str(node.value)  # dbt takes a date as text
    try:
        return yaml.safe_load(yaml.serialize(node))
    except (yaml.YAMLError, ValueError):
        return str(node.value)  # such as a date that does not exist
