"""`lead-sla init`: a folder of a company's own, complete and never overwritten; and its rules.yml."""

import re
from pathlib import Path

import pytest

from lead_sla.cli import doctor
from lead_sla.errors import InputError
from lead_sla.inputs.company_folder import STARTED, write_company_folder
from lead_sla.inputs.feeds import load_feeds
from lead_sla.inputs.rule_overrides import read_overrides
from lead_sla.inputs.rules import RULES
from lead_sla.inputs.seeds import check_seeds
from lead_sla.settings import PROJECT_DIR, load_settings
from lead_sla.transform.project import read_rules


def test_it_writes_what_a_refresh_accepts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_company_folder(tmp_path / "acme")
    monkeypatch.chdir(tmp_path / "acme")
    settings = load_settings()
    assert (settings.home, settings.seeds) == (tmp_path / "acme" / "data", tmp_path / "acme" / "seeds")
    check_seeds(settings.seeds, settings.reporting_currency)
    assert load_feeds(settings.feeds)
    assert read_rules(settings)["maturity_days"] == 90


@pytest.mark.parametrize("shipped", [False, True])
def test_a_seed_has_rows_or_an_example_beside_it(tmp_path: Path, shipped: bool) -> None:
    """So that nobody's first refresh takes an example for an agreement, a rate or a plan."""
    write_company_folder(tmp_path)
    folder = (PROJECT_DIR if shipped else tmp_path) / "seeds"
    seeds = sorted(path for path in folder.rglob("*.csv") if not path.stem.endswith(".example"))
    assert len(seeds) == 8
    for seed in seeds:
        rows, example = seed.read_text().splitlines(), seed.with_name(f"{seed.stem}.example.csv")
        assert example.exists() == (seed.stem not in STARTED)
        if example.exists():
            header, *shown = example.read_text().splitlines()
            assert rows == [header]
            assert shown
        else:
            assert len(rows) > 1


def test_every_guide_that_a_file_or_doctor_names_is_there(tmp_path: Path) -> None:
    written = write_company_folder(tmp_path)
    texts = [path.read_text() for path in written] + [Path(doctor.__file__).read_text()]
    named = {name for text in texts for name in re.findall(r"docs/[\w/-]+\.md", text)}
    assert named
    assert all((tmp_path / name).exists() for name in named)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "feeds.yml").write_text("mine")
    with pytest.raises(InputError, match=r"feeds\.yml exists already, and nothing is overwritten"):
        write_company_folder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["feeds.yml"]
    with pytest.raises(InputError, match="is not writable"):
        write_company_folder(tmp_path / "feeds.yml" / "acme")


def test_rules_yml_lists_every_rule_and_sets_none(tmp_path: Path) -> None:
    write_company_folder(tmp_path)
    listed = {line.removeprefix("# ").partition(":")[0] for line in (tmp_path / "rules.yml").read_text().splitlines()}
    assert RULES.keys() <= listed
    assert read_overrides(tmp_path / "rules.yml", {}) == {}


def test_rules_that_are_set_win_over_the_defaults(tmp_path: Path) -> None:
    write_company_folder(tmp_path)
    (tmp_path / "rules.yml").write_text("maturity_days: 60\n")
    rules = read_rules(load_settings(feeds=tmp_path / "feeds.yml"))
    assert (rules["maturity_days"], rules["shrinkage_leads"]) == (60, 50)


def test_the_examples_are_seeds_that_pass_the_check(tmp_path: Path) -> None:
    write_company_folder(tmp_path)
    for example in (tmp_path / "seeds").rglob("*.example.csv"):
        example.rename(example.with_name(example.name.replace(".example", "")))
    check_seeds(tmp_path / "seeds", "USD")


@pytest.mark.parametrize("written", ["1970-01-01", "'1970-01-01'"])
def test_a_date_is_a_rule_with_quotes_and_without(tmp_path: Path, written: str) -> None:
    (tmp_path / "rules.yml").write_text(f"earliest_date: {written}\n")
    assert read_rules(load_settings(feeds=tmp_path / "feeds.yml"))["earliest_date"] == "1970-01-01"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# ours\nmaturity_days: 0\n", "line 2, rule maturity_days: 0 is not allowed. It must be a whole number"),
        ("maturity_day: 90\n", "line 1, rule maturity_day: the rule is unknown. Did you mean maturity_days?"),
        ("as_of_date: 2026-13-45\n", "line 1, rule as_of_date: the rule is unknown. Delete the line; the rules are"),
        (
            "\nat_risk_rate: 0.97\n",
            "line 2, rule at_risk_rate: 0.97 is not allowed. It must be less than on_track_rate, which is 0.95 by "
            "default.",
        ),
        (
            "# ours\nahead_rate: 0.9\n",
            "line 2, rule ahead_rate: 0.9 is not allowed. It must be more than on_track_rate, which is 0.95 by",
        ),
        (
            "ahead_rate: 0.9\non_track_rate: 0.91\n",
            "line 2, rule on_track_rate: 0.91 is not allowed. It must be less than ahead_rate, which is 0.9.",
        ),
        ("maturity_days:\n", "line 1, rule maturity_days: the value is missing. It must be a whole number"),
        ("maturity_days: 2026-13-45\n", "line 1, rule maturity_days: 2026-13-45 is not allowed. It must be a whole"),
        (
            "vars:\n  maturity_days: 60\n",
            "line 1, rule vars: it is for dbt_project.yml. Delete the line, and begin those of the rules at the left",
        ),
        ("ahead_rate: 110\n", "110 is not allowed. It must be a number from 0 to 10: write 1.10 for 110 %."),
        ("ahead_rate: 110%\n", "110% is not allowed. It must be a number from 0 to 10: write 1.10 for 110 %."),
        ("shrinkage_leads: 50%\n", "50% is not allowed. It must be a number from 0 to 100000."),
        ("maturity_days: yes\n", "line 1, rule maturity_days: yes is not allowed."),
        (
            "maturity_days: 30\nmaturity_days: 60\n",
            "line 2, rule maturity_days: the rule is given twice, first in line 1",
        ),
        ("- 90\n", "line 1: the file must contain lines such as `maturity_days: 90`"),
        ("\na: [\n", "line 3: it is not valid YAML. Check the indentation"),
    ],
)
def test_a_wrong_rule_is_named_with_its_line_and_what_is_allowed(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "rules.yml").write_text(text)
    with pytest.raises(InputError) as refused:
        read_rules(load_settings(feeds=tmp_path / "feeds.yml"))
    assert message in str(refused.value)
    assert str(tmp_path / "rules.yml") in str(refused.value)
