"""The file `rules.yml` beside `feeds.yml`: the numeric rules that a company sets otherwise than `dbt_project.yml`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from lead_sla.errors import InputError
from lead_sla.formatting import show_path
from lead_sla.inputs.rule_reading import (
    Problem,
    WrittenRule,
    find_unordered,
    find_wrong_values,
    raise_problems,
    read_written,
)
from lead_sla.inputs.rules import RULES, RUN_VARS
from lead_sla.inputs.seed_values import did_you_mean
from lead_sla.inputs.yaml_files import line_of, read_yaml


def read_overrides(rules_file: Path, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The rules that the file sets; none when it is missing or holds comments only.

    Raises:
        InputError: one sentence for each rule that is wrong, with file and line, each on a line of its own.
    """
    root = read_yaml(rules_file) if rules_file.exists() else None
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        raise InputError(
            f"{show_path(rules_file)}, line {line_of(root)}: the file must contain lines such as `maturity_days: 90`. "
            f"The rules are {', '.join(RULES)}."
        )
    written = read_written(rules_file, root)
    problems = [*_find_unknown(written), *find_wrong_values(written), *find_unordered(written, defaults)]
    raise_problems(rules_file, "rule", written, sorted(problems, key=lambda problem: written[problem[0]].line))
    return {name: rule.value for name, rule in written.items()}


def _find_unknown(written: Mapping[str, WrittenRule]) -> Iterator[Problem]:
    for name in written:
        if name == "vars":
            yield name, "it is for dbt_project.yml. Delete the line, and begin those of the rules at the left margin."
        elif name not in RULES:
            remedy = "" if name in RUN_VARS else did_you_mean(name, RULES)
            remedy = remedy or f" Delete the line; the rules are {', '.join(RULES)}."
            yield name, f"the rule is unknown.{remedy}"
