"""The message about each wrong value among the vars of dbt_project.yml."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from lead_sla.errors import InputError
from lead_sla.inputs.project_rules import check_rules
from lead_sla.settings import PROJECT_DIR

PROJECT_FILE = PROJECT_DIR / "dbt_project.yml"
MISSING = object()


def complaints(tmp_path: Path, **changes: Any) -> list[str]:
    project = yaml.safe_load(PROJECT_FILE.read_text())
    project["vars"] = {name: value for name, value in {**project["vars"], **changes}.items() if value is not MISSING}
    changed = tmp_path / "dbt_project.yml"
    changed.write_text(yaml.safe_dump(project))
    with pytest.raises(InputError) as caught:
        check_rules(changed)
    lines = changed.read_text().splitlines()
    return [_check_place(message, changed, lines) for message in str(caught.value).split("\n")]


def _check_place(message: str, changed: Path, lines: list[str]) -> str:
    """The message without its file and line, which is the one that the var is on, if it is in the file."""
    found = re.fullmatch(re.escape(str(changed)) + r", (line (\d+), )?(var (\w+): .*)", message)
    assert found, message
    is_there = [number for number, line in enumerate(lines, start=1) if line.startswith(f"  {found[4]}:")]
    assert is_there == ([int(found[2])] if found[2] else [])
    return found[3]


def test_the_vars_of_the_project_pass() -> None:
    check_rules(PROJECT_FILE)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("maturity_days", 0, "0 is not allowed. It must be a whole number from 1 to 3650."),
        ("maturity_days", 90.5, "90.5 is not allowed. It must be a whole number from 1 to 3650."),
        ("maturity_days", "90", "'90' is not allowed. It must be a whole number from 1 to 3650, without quotes."),
        ("minimum_at_risk", True, "true is not allowed. It must be a whole number from 1 to 100000."),
        ("calibration_window_months", 121, "121 is not allowed. It must be a whole number from 1 to 120."),
        ("mix_window_months", -3, "-3 is not allowed. It must be a whole number from 1 to 120."),
        ("shrinkage_leads", -1, "-1 is not allowed. It must be a number from 0 to 100000."),
        ("shrinkage_leads", float("nan"), ".nan is not allowed. It must be a number from 0 to 100000."),
        ("too_early_share", 10, "10 is not allowed. It must be a number from 0 to 1: write 0.10 for 10 %."),
        ("max_quarantined_share", None, "the value is missing. It must be a number from 0 to 1."),
        ("max_rejected_share", 1.5, "1.5 is not allowed. It must be a number from 0 to 1: write 0.015 for 1.5 %."),
        ("on_track_rate", 1.2, "1.2 is not allowed. It must be less than ahead_rate, which is 1.1."),
        ("at_risk_rate", 0.95, "0.95 is not allowed. It must be less than on_track_rate, which is 0.95."),
        ("auto_months", 0, "0 is not allowed. It must be a whole number from 1 to 120."),
        (
            "earliest_date",
            "1990-02-30",
            "'1990-02-30' is not allowed. It must be a date from 1900-01-01 to 2100-12-31, written as YYYY-MM-DD.",
        ),
        (
            "earliest_date",
            "0020-01-01",
            "'0020-01-01' is not allowed. It must be a date from 1900-01-01 to 2100-12-31, written as YYYY-MM-DD.",
        ),
        (
            "earliest_date",
            1990,
            "1990 is not allowed. It must be a date from 1900-01-01 to 2100-12-31, written as YYYY-MM-DD.",
        ),
        ("ahead_rate", MISSING, "the var is missing. It must be a number from 0 to 10."),
        ("as_of_date", MISSING, "the var is missing. Every run passes its own value."),
        ("maturity_day", 90, "the var is unknown. Did you mean maturity_days?"),
        ("color", "red", "the var is unknown. Delete it."),
    ],
)
def test_a_wrong_var_is_named_with_its_value_and_what_is_allowed(
    tmp_path: Path, name: str, value: Any, message: str
) -> None:
    assert complaints(tmp_path, **{name: value}) == [f"var {name}: {message}"]


def test_an_unknown_close_rate_method_is_reported_with_the_known_ones(tmp_path: Path) -> None:
    [complaint] = complaints(tmp_path, close_rate_method="any_touch")
    assert complaint.startswith(
        "var close_rate_method: any_touch is not allowed. It must be one of auto, kaplan_meier, "
    )


@pytest.mark.parametrize(
    "value",
    [
        ["kaplan_meier", "life_table", "matured"],
        ["kaplan_meier", "life_table", "matured", "matured"],
        ["kaplan_meier", "life_table", "matured", "observed", "observed"],
        ["kaplan_meier", "life_table", "matured", "any_touch"],
        "kaplan_meier",
    ],
)
def test_the_close_rate_methods_are_each_named_once(tmp_path: Path, value: Any) -> None:
    [complaint] = complaints(tmp_path, close_rate_methods=value)
    shown = f"- {' - '.join(value)}" if isinstance(value, list) else value
    if len(shown) > 60:
        shown = shown[:60] + "..."
    assert complaint == (
        f"var close_rate_methods: {shown} is not allowed. "
        "It must be a list of all of kaplan_meier, life_table, matured, observed, each once, in order of preference."
    )


def test_the_close_rate_methods_may_come_in_another_order(tmp_path: Path) -> None:
    project = yaml.safe_load(PROJECT_FILE.read_text())
    project["vars"]["close_rate_methods"].reverse()
    changed = tmp_path / "dbt_project.yml"
    changed.write_text(yaml.safe_dump(project))
    check_rules(changed)


def test_every_wrong_var_is_named_at_once(tmp_path: Path) -> None:
    assert len(complaints(tmp_path, maturity_days=0, too_early_share=2, ahead_rate=MISSING)) == 3


def test_a_project_file_without_vars_is_reported_with_their_names(tmp_path: Path) -> None:
    changed = tmp_path / "dbt_project.yml"
    changed.write_text("name: lead_sla\n")
    with pytest.raises(InputError, match=r"dbt_project.yml: the section vars is missing. It contains close_rate_m"):
        check_rules(changed)


def test_a_project_file_that_is_not_yaml_is_reported_with_the_line(tmp_path: Path) -> None:
    changed = tmp_path / "dbt_project.yml"
    changed.write_text("vars:\n  maturity_days: [\n")
    with pytest.raises(InputError, match=r"dbt_project.yml, line 3: it is not valid YAML\. Check the indentation"):
        check_rules(changed)


def test_a_missing_project_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"dbt_project.yml: the file is missing\. Restore it from git\."):
        check_rules(tmp_path / "dbt_project.yml")
