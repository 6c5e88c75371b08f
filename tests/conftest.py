"""The order of the tests, and how many cases they have tried, printed at the end."""

from typing import Any

import pytest

TRIED = "tried"
LONGEST = "test_killed.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the file that takes longest, so that all cores end together."""
    items.sort(key=lambda item: item.path.name != LONGEST)


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what tests have recorded with `record_property("tried", ...)`."""
    for report in terminalreporter.stats.get("passed", []):
        for name, words in report.user_properties:
            if name == TRIED:
                terminalreporter.write_line(f"{report.nodeid.partition('::')[2]}: {words}")
