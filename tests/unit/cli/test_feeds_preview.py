"""`lead-sla feeds preview`: what it prints lands when it is pasted."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lead_sla.cli.main import app
from lead_sla.inputs.company_folder import write_company_folder

FORMS = """\
Submission,Contact,Form,Submitted,Region
s-1,c-1,Demo request,11/02/2026 9:30 AM,EMEA
s-2,c-2,Whitepaper,11/13/2026 6:00 PM,
s-3,c-2,Whitepaper,soon,APAC
s-4,c-4,Whitepaper,11/14/2026 6:00 PM,APAC
s-5,c-5,Whitepaper,11/15/2026 6:00 PM,APAC
"""


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new company's folder, in which commands run."""
    for name in os.environ:
        if name.startswith("LEAD_SLA_"):
            monkeypatch.delenv(name)
    write_company_folder(tmp_path / "company")
    monkeypatch.chdir(tmp_path / "company")
    path = Path("data/landing/crm/forms-2026-11.csv")
    path.parent.mkdir(parents=True)
    path.write_text(FORMS, encoding="utf-8")
    return tmp_path / "company"


def test_what_is_printed_can_be_pasted_and_lands_as_shown(company: Path) -> None:
    result = CliRunner().invoke(app, ["feeds", "preview", "data/landing/crm/forms-2026-11.csv"])
    assert result.exit_code == 0, result.output
    assert "4 rows would land, 1 rejected:" in result.output
    entry = result.output.split("below `feeds:`\n\n")[1].split("\n\n")[0]
    with Path("feeds.yml").open("a", encoding="utf-8") as feeds:
        feeds.write(entry + "\n")
    landed = CliRunner().invoke(app, ["land"])
    assert landed.exit_code == 0, landed.output
    assert "1 new file (0 already landed), 4 rows, 1 rejected" in landed.output
    shown = result.output.split("Rejected:\n  ")[1].split("\n")[0]
    assert shown in landed.output
    again = CliRunner().invoke(app, ["feeds", "preview", "data/landing/crm/forms-2026-11.csv"])
    assert "feed crm_forms (feeds.yml, line 10) takes this file.\n4 rows would land" in again.output


def test_a_file_that_cannot_be_previewed_ends_with_its_reason(company: Path) -> None:
    result = CliRunner().invoke(app, ["feeds", "preview", "feeds.yml"])
    assert result.exit_code == 2
    assert "feeds.yml: its name does not end in .csv" in result.output
