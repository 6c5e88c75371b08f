"""The check of the rules in `dbt_project.yml`, where they are vars."""

from collections.abc import Iterator, Mapping
from pathlib import Path

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
from lead_sla.inputs.yaml_files import read_yaml


def check_rules(project_file: Path) -> None:
    """Check the vars of `dbt_project.yml`: known names only, none missing, each in its range, thresholds in order.

    Raises:
        InputError: one sentence for each var that is wrong, each on a line of its own.
    """
    if not project_file.exists():
        raise InputError(f"{show_path(project_file)}: the file is missing. Restore it from git.")
    written = read_written(project_file, _find_vars(project_file))
    problems = [*_find_unknown(written), *find_wrong_values(written), *find_unordered(written, {})]
    raise_problems(project_file, "var", written, problems)


def _find_vars(project_file: Path) -> yaml.MappingNode:
    root = read_yaml(project_file)
    sections = root.value if isinstance(root, yaml.MappingNode) else []
    for key, value in sections:
        if key.value == "vars" and isinstance(value, yaml.MappingNode):
            return value
    raise InputError(f"{show_path(project_file)}: the section vars is missing. It contains {', '.join(RULES)}.")


def _find_unknown(written: Mapping[str, WrittenRule]) -> Iterator[Problem]:
    """Vars that are unknown, and those that are missing."""
    known = (*RUN_VARS, *RULES)
    for name in written:
        if name not in known:
            yield name, f"the var is unknown.{did_you_mean(name, known) or ' Delete it.'}"
    for name in known:
        if name not in written:
            allowed = f" It must be {RULES[name]}." if name in RULES else " Every run passes its own value."
            yield name, f"the var is missing.{allowed}"
