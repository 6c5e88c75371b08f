"""`lead-sla pull`, `lead-sla crm stages` and what `lead-sla doctor` says of a source."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lead_sla.cli.sources import check_sources
from lead_sla.settings import Settings, load_settings
from tests.support.command_line import lead_sla
from tests.support.hubspot.server import TOKEN
from tests.support.pulls import Account, account

SOURCE = "feeds:\n  - name: hubspot\n    source: hubspot\n    segment: region\n"
SEED = "stage,outcome,label,stage_rank,aliases\ndefault/open,open,Open,10,\n"


@pytest.fixture
def hubspot(tmp_path: Path) -> Iterator[Account]:
    (tmp_path / "feeds.yml").write_text(SOURCE)
    (tmp_path / "seeds" / "reference").mkdir(parents=True)
    (tmp_path / "seeds" / "reference" / "deal_stages.csv").write_text(SEED)
    with account(tmp_path) as fake:
        yield fake


def settings_of(fake: Account, token: str | None = TOKEN) -> Settings:
    home = fake.home
    return load_settings(
        home=home, feeds=home / "feeds.yml", seeds=home / "seeds", hubspot_token=token, hubspot_url=fake.server.url
    )


def environment(fake: Account) -> dict[str, str]:
    return {"LEAD_SLA_HUBSPOT_TOKEN": TOKEN, "LEAD_SLA_HUBSPOT_URL": fake.server.url}


def test_pull_prints_what_it_read(hubspot: Account) -> None:
    result = lead_sla(settings_of(hubspot), "pull", **environment(hubspot))
    assert result.returncode == 0, result.stderr
    assert "contacts: 12 of about 12 records" in result.stdout
    assert "hubspot: 12 contacts, 6 deals, 0 merges new or changed; " in result.stdout
    assert "calls, 499," in result.stdout
    assert len(hubspot.current("contacts")) == 12


@pytest.mark.parametrize(
    ("arguments", "feeds", "words"),
    [
        (("pull", "other"), SOURCE, "'other' is not a source of"),
        (("pull",), "feeds: []\n", "has no source"),
    ],
    ids=["unknown", "none"],
)
def test_a_source_that_is_not_there(hubspot: Account, arguments: tuple[str, ...], feeds: str, words: str) -> None:
    (hubspot.home / "feeds.yml").write_text(feeds)
    result = lead_sla(settings_of(hubspot), *arguments, **environment(hubspot))
    assert result.returncode == 2
    assert words in result.stderr


def test_a_missing_token_is_an_input_error(hubspot: Account) -> None:
    result = lead_sla(settings_of(hubspot), "pull")
    assert result.returncode == 2
    assert "LEAD_SLA_HUBSPOT_TOKEN is not set." in result.stderr


def test_stages_are_proposed_beside_the_seed(hubspot: Account) -> None:
    hubspot.pull()
    hubspot.company.delete_stage("default", "won")
    result = lead_sla(settings_of(hubspot), "crm", "stages", **environment(hubspot))
    assert result.returncode == 0, result.stderr
    folder = hubspot.home / "seeds" / "reference"
    assert (folder / "deal_stages.proposed.csv").read_text() == (
        "stage,outcome,label,stage_rank,aliases\ndefault/lost,lost,Lost,20,\ndefault/won,won,won (deleted),0,\n"
    )
    assert (folder / "deal_stages.csv").read_text() == SEED
    assert "Check default/won: deleted in HubSpot" in result.stdout


def test_nothing_is_proposed_for_a_seed_that_has_all_stages(hubspot: Account) -> None:
    for stage in ("won", "lost"):
        hubspot.company.delete_stage("default", stage)
    result = lead_sla(settings_of(hubspot), "crm", "stages", **environment(hubspot))
    assert result.returncode == 0, result.stderr
    assert "deal_stages.csv has all stages of the CRM." in result.stdout


def test_doctor_says_that_a_source_can_be_read(hubspot: Account) -> None:
    (finding,) = check_sources(settings_of(hubspot))
    assert (finding.name, finding.verdict) == ("source hubspot", "ok")
    assert "calls left today" in finding.what


def test_doctor_names_each_missing_scope(hubspot: Account) -> None:
    hubspot.server.scopes.clear()
    what = " ".join(finding.what for finding in check_sources(settings_of(hubspot)) if finding.verdict == "problem")
    assert "crm.objects.contacts.read" in what
    assert "crm.objects.deals.read" in what


def test_doctor_reports_a_token_that_is_not_valid(hubspot: Account) -> None:
    findings = list(check_sources(settings_of(hubspot, "pat-na1-other")))
    assert {finding.verdict for finding in findings} == {"problem"}
    assert "Authentication credentials not found" in findings[0].what
