"""`lead-sla pull`, `lead-sla crm stages` and what `lead-sla doctor` says of a Salesforce org."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from lead_sla.cli.sources import check_sources
from lead_sla.settings import Settings
from tests.support.command_line import environment_of, lead_sla
from tests.support.salesforce.server import HOST
from tests.support.salesforce_pulls import SEGMENT, Org, org

SOURCE = f"feeds:\n  - name: salesforce\n    source: salesforce\n    segment: {SEGMENT}\n"
SEED = "stage,label,outcome,stage_rank\nOpen,Open,open,10\n"
RATES = "currency,effective_from,rate\nEUR,2026-01-01,1.25\n"
WITHOUT_EXTRA = "import sys; sys.modules['simple_salesforce'] = None; from lead_sla.cli.main import app; app(['pull'])"


@pytest.fixture
def salesforce(tmp_path: Path) -> Iterator[Org]:
    (tmp_path / "feeds.yml").write_text(SOURCE)
    (tmp_path / "seeds" / "reference").mkdir(parents=True)
    (tmp_path / "seeds" / "reference" / "deal_stages.csv").write_text(SEED)
    (tmp_path / "seeds" / "reference" / "exchange_rates.csv").write_text(RATES)
    with org(tmp_path) as fake:
        yield fake


def environment(fake: Org) -> dict[str, str]:
    server = fake.server
    given = {"DOMAIN": HOST, "CLIENT_ID": server.client_id, "CLIENT_SECRET": server.client_secret}
    return {**{f"LEAD_SLA_SALESFORCE_{name}": value for name, value in given.items()}, **server.environment}


def test_pull_prints_what_it_read(salesforce: Org) -> None:
    result = lead_sla(salesforce.settings, "pull", **environment(salesforce))
    assert result.returncode == 0, result.stderr
    assert "leads: 8 records read, changed until 2026-01-05T11:38" in result.stdout
    assert "deals: the person of each by primary 2, only contact 2." in result.stdout
    assert "salesforce: 8 leads, 10 contacts, 4 deals, 2 merges new or changed; 19 calls, 99,981 left" in result.stdout


def test_a_company_without_the_extra(salesforce: Org) -> None:
    settings: Settings = salesforce.settings
    result = subprocess.run(
        [sys.executable, "-c", WITHOUT_EXTRA],
        env=environment_of(settings, environment(salesforce)),
        cwd=salesforce.home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert "Source salesforce needs the package simple_salesforce" in result.stderr
    assert "pip install 'simple-salesforce>=1.12.9'" in result.stderr
    assert "Traceback" not in result.stderr


def test_stages_and_rates_are_proposed_beside_the_seeds(salesforce: Org) -> None:
    company = salesforce.company
    company.use_currencies("USD", EUR=0.8)
    for day, rate in ((date(2026, 1, 1), 0.8), (date(2026, 2, 1), 0.75)):
        company.add_rate("EUR", day, rate)
    company.add_rate("USD", date(2026, 1, 1), 1.0)
    lost = next(
        stage for stage, row in company.tables["OpportunityStage"].rows.items() if row["IsClosed"] and not row["IsWon"]
    )
    company.tables["OpportunityStage"].change(lost, IsActive=False)
    salesforce.pull()
    won = next(stage for stage, row in company.tables["OpportunityStage"].rows.items() if row["IsWon"])
    company.tables["OpportunityStage"].remove(won)
    result = lead_sla(salesforce.settings, "crm", "stages", **environment(salesforce))
    assert result.returncode == 0, result.stderr
    folder = salesforce.home / "seeds" / "reference"
    assert (folder / "deal_stages.proposed.csv").read_text() == (
        "stage,label,outcome,stage_rank\n"
        "Closed Lost,Closed Lost (inactive),lost,20\n"
        "Closed Won,Closed Won (deleted),won,0\n"
    )
    assert (
        folder / "exchange_rates.proposed.csv"
    ).read_text() == "currency,effective_from,rate\nEUR,2026-02-01,1.333333\n"
    assert ((folder / "deal_stages.csv").read_text(), (folder / "exchange_rates.csv").read_text()) == (SEED, RATES)
    assert "Check Closed Won: deleted in Salesforce" in result.stdout


def test_doctor_says_that_a_source_can_be_read(salesforce: Org) -> None:
    (finding,) = check_sources(salesforce.settings)
    assert (finding.name, finding.verdict) == ("source salesforce", "ok")
    assert f"https://{HOST} can be read; 99,9" in finding.what


def test_doctor_names_what_the_user_may_not_see(salesforce: Org) -> None:
    salesforce.company.hide("Contact")
    what = " ".join(finding.what for finding in check_sources(salesforce.settings) if finding.verdict == "problem")
    assert "no object Contact" in what


def test_doctor_reports_credentials_that_are_not_valid(salesforce: Org) -> None:
    settings = salesforce.settings.model_copy(update={"salesforce_client_id": "other"})
    findings = list(check_sources(settings))
    assert {finding.verdict for finding in findings} == {"problem"}
    assert 'answered with 400 (invalid_client_id): "client identifier invalid"' in findings[0].what
