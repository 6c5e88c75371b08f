"""Slices of HubSpot, written by hand as a pull writes them, through every step to the published mart."""

import json
from collections.abc import Iterable, Mapping
from subprocess import CompletedProcess
from typing import Any

import duckdb
import pytest

from lead_sla.settings import PROJECT_DIR
from tests.support.cases import sla
from tests.support.command_line import lead_sla
from tests.support.harness import Company
from tests.support.sharing import empty_home
from tests.support.snippets import read_snippets

PAGE = PROJECT_DIR / "docs" / "how-to" / "connect-hubspot.md"
CONTACTS = 110
CREATED, LATER = "2026-02-10T09:00:00.250Z", "2026-03-02T08:00:00Z"
WHITEPAPER, DEMO = (f"form:8f2c1a60-0000-4000-8000-00000000000{number}" for number in (1, 2))


class Slices:
    """A landing folder, and the file names of one pull after the other."""

    def __init__(self, company: Company) -> None:
        self._folder = company.settings.landing_dir / "hubspot"
        self._written = 0

    def write(self, name: str, *lines: Mapping[str, Any], kind: str = "changes") -> None:
        """A slice of some lines."""
        self._written += 1
        path = self._folder / name / f"20260302T060000Z_{self._written:04}_{kind}_all.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        first = {"slice": {"source": "hubspot", "object": name, "kind": kind, "is_complete": True}}
        path.write_text("".join(json.dumps(line) + "\n" for line in (first, *lines)), encoding="utf-8")


def contact(number: int, **said: Any) -> dict[str, Any]:
    """A contact who sent the form of a whitepaper."""
    events = [{"code": "created:ORGANIC_SEARCH", "at": CREATED}, {"code": WHITEPAPER, "at": CREATED}]
    states = {"version": CREATED, "archived": False, "segment": "EMEA", "source": "ORGANIC_SEARCH"}
    return {"id": str(number), **states, "events": events, "lifecycle": []} | said


def deal(number: int, contact_id: str | None) -> dict[str, Any]:
    """A deal that was won when its amount had grown."""
    states = [
        ("default/appointmentscheduled", "10000", "2026-02-12T10:00:00Z"),
        ("default/appointmentscheduled", "12000", "2026-02-15T10:00:00Z"),
        ("default/closedwon", "12000", "2026-02-20T10:00:00Z"),
    ]
    history = [{"stage": stage, "amount": amount, "currency": "USD", "at": at} for stage, amount, at in states]
    version = {"version": "2026-02-20T10:00:00Z", "archived": False}
    return {"id": str(number), **version, "contact_id": contact_id, "history": history}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company that has done what the page says."""
    company = Company(empty_home(tmp_path_factory))
    company.settings.feeds.write_text(read_snippets(PAGE, "yaml")[0], encoding="utf-8")
    stages, types = read_snippets(PAGE, "csv")
    (company.settings.seeds / "reference/deal_stages.csv").write_text(stages, encoding="utf-8")
    (company.settings.seeds / "reference/event_types.csv").write_text(types, encoding="utf-8")
    company.seed("sla_definitions", [sla("leads_all"), sla("leads_emea", segment="emea")])
    return company


@pytest.fixture(scope="module")
def slices(company: Company) -> Slices:
    return Slices(company)


@pytest.fixture(scope="module")
def first(company: Company, slices: Slices) -> CompletedProcess[str]:
    """After the first pull."""
    slices.write("contacts", *map(contact, range(1, CONTACTS + 1)), kind="list")
    slices.write("deals", deal(9001, None), deal(9002, "7"), kind="list")
    return refresh(company, "2026-03-01")


@pytest.fixture(scope="module")
def second(company: Company, slices: Slices, first: CompletedProcess[str]) -> CompletedProcess[str]:
    """After a day on which a deal got its contact, a contact was archived, one enriched, and two were merged."""
    slices.write("contacts", contact(2, archived=True), kind="archived")
    enriched = contact(3, version=LATER, segment="Americas", lifecycle=[])
    enriched["events"].append({"code": DEMO, "at": LATER})
    slices.write("contacts", enriched, kind="changes")
    slices.write("deals", deal(9001, "1"), kind="changes")
    merge = {"object": "contact", "from_id": "4", "into_id": "5", "merged_date": "2026-03-02"}
    slices.write("merges", merge, {"object": "deal", "from_id": "1", "into_id": "9002", "merged_date": "2026-03-02"})
    slices.write("deals")
    return refresh(company, "2026-03-02")


def refresh(company: Company, as_of: str, *options: str) -> CompletedProcess[str]:
    return lead_sla(company.settings, "refresh", "--without-pull", "--as-of", as_of, *options)


def ask(company: Company, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(company.settings.mart_path), read_only=True) as mart:
        return mart.execute(query).fetchall()


def leads(company: Company) -> dict[str, float]:
    """The leads of February by SLA."""
    query = "select sla_id, sum(leads) from fct_sla_daily where date < '2026-03-01' group by sla_id"
    return dict(ask(company, query))


def quality(company: Company, reasons: Iterable[str]) -> dict[tuple[str, str], int]:
    query = "select feed, reason, row_count from rpt_data_quality where row_count > 0"
    return {(feed, reason): count for feed, reason, count in ask(company, query) if reason in reasons}


def test_the_first_pull_gives_a_published_mart(company: Company, first: CompletedProcess[str]) -> None:
    assert first.returncode == 0, first.stdout + first.stderr
    assert "Pulling                      with what was pulled before" in first.stdout
    assert "no file matches" not in first.stdout
    assert leads(company) == {"leads_all": CONTACTS, "leads_emea": CONTACTS}
    query = "select segment, won_deals, credited_customers, won_value from fct_won_deals_monthly where won_deals > 0"
    assert sorted(ask(company, query)) == [("all", 2, 1, 24_000), ("emea", 1, 1, 12_000), ("unassigned", 1, 0, 12_000)]
    assert quality(company, ["records_current"]) == {
        ("hubspot_contacts", "records_current"): CONTACTS,
        ("hubspot_deals", "records_current"): 2,
    }


def test_the_next_pull_corrects_it(company: Company, second: CompletedProcess[str]) -> None:
    assert second.returncode == 0, second.stdout + second.stderr
    # Without the archived contact, and with one of the merged ones; the enriched one has another segment.
    assert leads(company) == {"leads_all": CONTACTS - 2, "leads_emea": CONTACTS - 3}
    query = "select segment, won_deals, credited_customers from fct_won_deals_monthly where won_deals > 0"
    assert sorted(ask(company, query)) == [("all", 2, 2), ("emea", 2, 2)]
    reasons = " ".join(text for (text,) in ask(company, "select distinct reason from rpt_restatements"))
    assert all(reason in reasons for reason in ("record corrected", "record withdrawn", "merged")), reasons
    assert quality(company, ["records_withdrawn", "merged_records", "conflicting_duplicate"]) == {
        ("hubspot_contacts", "records_withdrawn"): 1,
        ("hubspot_merges", "merged_records"): 2,  # a contact and a deal
    }


@pytest.fixture(scope="module")
def stopped(company: Company, slices: Slices, second: CompletedProcess[str]) -> CompletedProcess[str]:
    """After a day on which many contacts were archived."""
    slices.write("contacts", *(contact(number, archived=True) for number in range(50, 60)), kind="archived")
    return refresh(company, "2026-03-03")


@pytest.fixture(scope="module")
def accepted(company: Company, stopped: CompletedProcess[str]) -> CompletedProcess[str]:
    """After somebody has said that they are gone indeed."""
    return refresh(company, "2026-03-03", "--accept-withdrawals", "hubspot_contacts")


def test_many_archived_contacts_stop_the_refresh(company: Company, stopped: CompletedProcess[str]) -> None:
    assert stopped.returncode == 1
    assert "feed=hubspot_contacts, withdrawn_records=10, known_records=109" in stopped.stderr
    assert "lead-sla refresh --accept-withdrawals" in stopped.stderr


def test_they_are_gone_once_that_is_accepted(company: Company, accepted: CompletedProcess[str]) -> None:
    assert accepted.returncode == 0, accepted.stdout + accepted.stderr
    assert leads(company)["leads_all"] == CONTACTS - 12


def test_a_slice_without_records_is_nothing_new(
    company: Company, slices: Slices, accepted: CompletedProcess[str]
) -> None:
    slices.write("contacts")
    repeated = refresh(company, "2026-03-03")
    assert "Nothing new since the refresh of" in repeated.stdout, repeated.stdout + repeated.stderr
