"""Stand-ins for what only dbt can render, so that the SQL linter can do without dbt. `.sqlfluff` names it."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

VARS = yaml.safe_load((Path(__file__).resolve().parents[2] / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]


def var(name: str) -> Any:
    """A list or a mapping is as the project file has it; every other var is a number, and text in quotes may be one."""
    value = VARS.get(name)
    return value if isinstance(value, list | dict) else 1


def _dispatch(macro: str, _package: str) -> Callable[..., str]:
    """A macro for an engine, as the call of a function; one without arguments, as its words."""
    return lambda *arguments: f"{macro}({', '.join(map(str, arguments))})" if arguments else macro.replace("_", " ")


adapter = SimpleNamespace(dispatch=_dispatch)
dbt = SimpleNamespace(
    dateadd="dateadd({}, {}, {})".format,
    datediff="datediff({}, {}, {})".format,
    date_trunc="date_trunc('{}', {})".format,
    type_string="varchar".format,
    type_timestamp="timestamp".format,
)
