"""The file `rules.yml` beside `feeds.yml`: the numeric rules that a company sets otherwise than `dbt_project.yml`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from lead_sla.errors import InputError
from lead_sla.inputs.rules import RULES, find_unordered
from lead_sla.inputs.seed_values import did_you_mean


def read_overrides(rules_file: Path, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The rules that the file sets; none when it is missing or holds comments only.

    Raises:
        InputError: one sentence for each rule that is wrong, with file and line, each on a line of its own.
    """
    if not rules_file.exists():
        return {}
    try:
        text = rules_file.read_text(encoding="utf-8")
        root, values = yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{rules_file}: the file is not YAML in UTF-8. {' '.join(str(error).split())}") from error
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        raise InputError(
            f"{rules_file}: the file must hold lines such as `maturity_days: 90`. Its rules are {', '.join(RULES)}."
        )
    lines = {key.value: key.start_mark.line + 1 for key, _ in root.value}
    problems = [*_find_problems(values), *find_unordered({**defaults, **values})]
    if problems:
        raise InputError(
            "\n".join(f"{rules_file}, line {lines.get(str(name), 1)}, rule {name}: {says}" for name, says in problems)
        )
    return dict(values)


def _find_problems(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if name not in RULES:
            yield name, f"the rule is unknown.{did_you_mean(str(name), tuple(RULES))}"
        elif not RULES[name].allows(value):
            yield name, f"{value!r} is not allowed. It must be {RULES[name]}."
