"""Each rule on Python code, on a file that breaks it and on one that does not."""

from pathlib import Path

import pytest

from tests.linting.python_rules import PACKAGE, find_violations

BROKEN = [
    ("from dagster._core.execution.api import execute_run_iterator", "is private"),
    ("import dagster._check", "is private"),
    ("from dagster_dbt.asset_utils import build_dbt_specs", "is private"),
    ("from dagster_dbt.core.resource import DbtCliResource", "is private"),
    ("import os\nhome = os.environ['HOME']", "below the edge"),
    ("import os\nhome = os.getenv('HOME')", "below the edge"),
    ("from os import environ", "below the edge"),
    ("from lead_sla.settings import load_settings\nload_settings()", "load_settings is called below the edge"),
]


@pytest.mark.parametrize(("code", "problem"), BROKEN)
def test_what_breaks_a_rule_is_named_with_its_line(tmp_path: Path, code: str, problem: str) -> None:
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "files.py").write_text(f"{code}\n")
    (violation,) = find_violations(tmp_path)
    assert violation.startswith(f"landing/files.py:{len(code.splitlines())}: ")
    assert problem in violation


def test_an_edge_may_read_the_environment(tmp_path: Path) -> None:
    (tmp_path / "cli").mkdir()
    (tmp_path / "cli" / "main.py").write_text("import os\n\nimport dagster\n\nos.environ.get('HOME')\n")
    assert find_violations(tmp_path) == []


def test_the_package_keeps_the_rules() -> None:
    assert find_violations(PACKAGE) == []
