"""Pulls of the fake Salesforce into a company's folder, by the clock of the fake."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from lead_sla.crm.clock import Clock
from lead_sla.crm.salesforce import reading, targets
from lead_sla.inputs.crm_sources import CrmSource
from lead_sla.settings import Settings, load_settings
from tests.support.pulled_folder import Lines, PulledFolder
from tests.support.salesforce.company import SalesforceCompany
from tests.support.salesforce.server import HOST, Server, running

SEGMENT = "Region__c"
OBJECTS = ("leads", "contacts", "deals")
# So that a few records fill several pages and slices.
SMALL_SLICES: tuple[tuple[Any, str, int], ...] = (
    (reading, "SLICE_RECORDS", 5),
    (reading, "IDS_AT_ONCE", 3),
    (targets, "SLICE_RECORDS", 4),
)
PAGE_ROWS = 2  # of the fake, so that a query has several pages


class Org(PulledFolder):
    """A fake org, and the folder that pulls of it fill."""

    def __init__(self, company: SalesforceCompany, server: Server, home: Path, segment: str | None = SEGMENT) -> None:
        """Nothing is pulled yet."""
        self.company, self.server = company, server
        super().__init__(CrmSource("salesforce", "salesforce", segment), home, Clock(lambda: company.now, self._wait))

    @property
    def settings(self) -> Settings:
        """The settings of the folder that is pulled into."""
        return load_settings(
            home=self.home,
            feeds=self.home / "feeds.yml",
            seeds=self.home / "seeds",
            **access(self.server),
        )

    @property
    def environment(self) -> dict[str, str]:
        """The proxy and the certificate of the fake."""
        return self.server.environment

    def pass_days(self, days: float) -> None:
        """Let days pass."""
        self.company.pass_time(timedelta(days=days).total_seconds())

    def standing(self) -> dict[str, Lines]:
        """The current statements of all objects, without those that others of their object have taken in.

        Which contacts a deal has is left out: one that was deleted for good leaves no trace there, and plays no part.
        """
        merged = {row["from_id"] for row in self._rows_of_merges() if row["from_id"][:3] == row["into_id"][:3]}
        return {
            name: {key: _without_roles(line) for key, line in self.current(name).items() if key not in merged}
            for name in OBJECTS
        }

    def merges(self) -> set[tuple[str, str]]:
        """The merges that have landed and were not undone."""
        return {(row["from_id"], row["into_id"]) for row in self._rows_of_merges()}

    @contextlib.contextmanager
    def fresh(self) -> Iterator["Org"]:
        """The same org, read by a fresh backfill into a folder of its own."""
        home = self.home / "fresh"
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        if (self.home / "seeds").exists():
            shutil.copytree(self.home / "seeds", home / "seeds")
        self.server.faults.clear()
        other = Org(self.company, self.server, home, self.source.segment)
        other.pull()
        yield other

    def assert_complete(self) -> None:
        """What has landed says what a fresh backfill says, once."""
        for name in OBJECTS:
            self.assert_nothing_twice(name)
        with self.fresh() as fresh:
            assert self.standing() == fresh.standing()
            assert self.merges() >= fresh.merges()

    def _rows_of_merges(self) -> list[dict[str, Any]]:
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for row in self.rows("merges"):
            pair = (row["from_id"], row["into_id"])
            assert (pair in found) == (row["action"] == "unmerge"), f"{row} landed twice"
            if row["action"] == "merge":
                found[pair] = row
            else:
                del found[pair]
        return list(found.values())

    def _wait(self, seconds: float) -> None:
        self.company.pass_time(seconds)


def access(server: Server) -> dict[str, Any]:
    """The settings of the external client app."""
    return {
        "salesforce_domain": HOST,
        "salesforce_client_id": server.client_id,
        "salesforce_client_secret": server.client_secret,
    }


@contextlib.contextmanager
def org(home: Path, company: SalesforceCompany | None = None) -> Iterator[Org]:
    """A fake org with a few leads, contacts and opportunities, which this process finds and trusts."""
    company = company or small_company()
    with running(company) as server, patch.dict(os.environ, server.environment):
        yield Org(company, server, home)


def small_company(people: int = 8) -> SalesforceCompany:
    """Leads and contacts, half of them with a status or a response, and opportunities of some."""
    company = SalesforceCompany()
    for name in ("Lead", "Contact"):
        company.add_field(name, SEGMENT)
    add_stages(company)
    webinar = company.add_campaign("Webinar")
    known = {"LastName": "Zephyrine", "Email": "z@quillhaven.example"}
    for number in range(people):
        values = {**known, "LeadSource": "Web", SEGMENT: "emea"} if number % 3 else known
        lead = company.add_lead(**values)
        company.pass_time(61)
        contact = company.add_contact(**values)
        if number % 2:
            company.edit("Lead", lead, Status="Working")
            company.add_member(webinar, contact if number % 4 == 1 else lead, company.now.date())
        company.pass_time(1800)
        if number % 4 == 0:
            deal = company.add_opportunity(None, contact, StageName="Open", Amount=100.0)
            company.pass_time(3600)
            company.edit("Opportunity", deal, StageName="Closed Won", Amount=120.5)
        elif number % 4 == 1:
            deal = company.add_opportunity(StageName="Open")
            company.convert(lead, deal)
    company.pass_time(7200)
    return company


def add_stages(company: SalesforceCompany) -> None:
    """An open, a won and a lost stage."""
    company.add_stage("Open")
    company.add_stage("Closed Won", is_won=True)
    company.add_stage("Closed Lost", is_closed=True)


def _without_roles(line: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in line.items() if key not in {"primary_ids", "role_ids"}}
