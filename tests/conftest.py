"""What tests say of themselves when all have run: how many cases they tried."""

from typing import Any

import pytest

TRIED = "tried"


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what tests have recorded with `record_property("tried", ...)`."""
    for report in terminalreporter.stats.get("passed", []):
        for name, words in report.user_properties:
            if name == TRIED:
                terminalreporter.write_line(f"{report.nodeid.partition('::')[2]}: {words}")
