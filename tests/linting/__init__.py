"""Stand-ins for what only dbt can render, so that the SQL linter can do without dbt. `.sqlfluff` names it."""

from collections.abc import Callable
from types import SimpleNamespace


def var(_name: str) -> int:
    """Every var is a number here; text in quotes may be one too."""
    return 1


def _dispatch(macro: str, _package: str) -> Callable[..., str]:
    """A macro for an engine, as the call of a function; one without arguments, as its words."""
    return lambda *arguments: f"{macro}({', '.join(map(str, arguments))})" if arguments else macro.replace("_", " ")


adapter = SimpleNamespace(dispatch=_dispatch)
dbt = SimpleNamespace(
    dateadd="dateadd({}, {}, {})".format,
    datediff="datediff({}, {}, {})".format,
    date_trunc="date_trunc('{}', {})".format,
    type_string="varchar".format,
)
