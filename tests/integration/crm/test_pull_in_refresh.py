"""`lead-sla refresh` of a company with a CRM: it pulls first, also when nothing else is new, and stops if it cannot."""

from collections.abc import Iterator
from datetime import datetime
from subprocess import CompletedProcess

import dagster as dg
import duckdb
import pytest

from tests.support.cases import sla
from tests.support.command_line import lead_sla
from tests.support.harness import Company
from tests.support.hubspot.company import HubSpotCompany
from tests.support.hubspot.server import Server, running
from tests.support.sharing import empty_home

AS_OF = "2026-06-20"
FORM = "3b7e2c84-7f0d-4c39-8a15-52d0c3e9b722"
FEEDS = """
feeds:
  - name: hubspot
    source: hubspot
"""
ARCHIVED = "list contacts"


@pytest.fixture(scope="module")
def hubspot() -> Iterator[Server]:
    """An account with three leads."""
    account = HubSpotCompany()
    for day in (1, 2, 3):
        contact = account.add_contact(datetime(2026, 5, day), hs_analytics_source="DIRECT_TRAFFIC")
        account.submit_form(contact, FORM, datetime(2026, 5, day, 10))
    with running(account) as server:
        yield server


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    company = Company(empty_home(tmp_path_factory))
    company.settings.feeds.write_text(FEEDS, encoding="utf-8")
    types = [("created:DIRECT_TRAFFIC", 0, "false"), (f"form:{FORM}", 10, "true")]
    company.seed(
        "event_types",
        [
            {"event_type": code, "label": code, "funnel_stage": "x", "funnel_rank": rank, "is_qualifying": qualifies}
            for code, rank, qualifies in types
        ],
    )
    company.seed("sla_definitions", [sla("leads_all")])
    return company


def refresh(company: Company, hubspot: Server, *options: str) -> CompletedProcess[str]:
    hubspot.forget()
    access = {"LEAD_SLA_HUBSPOT_TOKEN": hubspot.token, "LEAD_SLA_HUBSPOT_URL": hubspot.url}
    return lead_sla(company.settings, "refresh", "--as-of", AS_OF, *options, **access)


def count_leads(company: Company) -> int:
    with duckdb.connect(str(company.settings.mart_path), read_only=True) as mart:
        return int(mart.execute("select sum(leads) from fct_sla_daily where sla_id = 'leads_all'").fetchall()[0][0])


@pytest.fixture(scope="module")
def first(company: Company, hubspot: Server) -> CompletedProcess[str]:
    return refresh(company, hubspot)


def test_it_pulls_before_it_lands(company: Company, first: CompletedProcess[str]) -> None:
    assert first.returncode == 0, first.stdout + first.stderr
    pulled, landed = first.stdout.splitlines()[2:4]
    assert pulled.startswith("  Pulling                      hubspot: 3 contacts, 0 deals, 0 merges new or changed")
    assert landed.startswith("  Landing files ")
    assert count_leads(company) == 3
    with dg.DagsterInstance.from_config(str(company.settings.dagster_home)) as instance:
        (record,) = instance.get_run_records()
        steps = instance.all_logs(record.dagster_run.run_id, of_type=dg.DagsterEventType.STEP_START)
    assert [step.step_key for step in steps][:2] == ["pull_sources", "land_files"]


def test_nothing_is_new_only_once_the_crm_says_so_too(
    company: Company, hubspot: Server, first: CompletedProcess[str]
) -> None:
    repeated = refresh(company, hubspot)
    assert "Nothing new since the refresh of" in repeated.stdout, repeated.stdout + repeated.stderr
    assert hubspot.calls[ARCHIVED] == 1


def test_what_the_pull_finds_is_refreshed_without_asking_again(
    company: Company, hubspot: Server, first: CompletedProcess[str]
) -> None:
    hubspot.company.archive("contacts", hubspot.company.ids("contacts")[0])
    changed = refresh(company, hubspot)
    assert changed.returncode == 0, changed.stdout + changed.stderr
    assert "with what was pulled before" in changed.stdout
    assert hubspot.calls[ARCHIVED] == 1
    assert count_leads(company) == 2


def test_a_refresh_without_a_pull_asks_nothing(company: Company, hubspot: Server, first: CompletedProcess[str]) -> None:
    assert refresh(company, hubspot, "--without-pull").returncode == 0
    assert hubspot.requests == []


def test_a_crm_that_refuses_stops_the_refresh_in_its_own_words(
    company: Company, hubspot: Server, first: CompletedProcess[str]
) -> None:
    before = company.settings.mart_path.resolve()
    hubspot.faults.expire_token(1)
    try:
        refused = refresh(company, hubspot)
    finally:
        hubspot.faults.clear()
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert "was answered with 401" in refused.stderr
    assert "LEAD_SLA_HUBSPOT_TOKEN" in refused.stderr
    assert "Nothing was published" in refused.stderr
    assert company.settings.mart_path.resolve() == before


def test_the_token_is_nowhere(company: Company, hubspot: Server, first: CompletedProcess[str]) -> None:
    for path in company.settings.home.rglob("*"):
        assert not path.is_file() or hubspot.token.encode() not in path.read_bytes(), path
