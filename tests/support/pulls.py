"""Pulls of the fake HubSpot into a company's folder, by the clock of the fake."""

import contextlib
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from lead_sla.crm.clock import Clock
from lead_sla.crm.hubspot import backfill, object_pull, reading
from lead_sla.crm.hubspot.client import HubSpot
from lead_sla.crm.moments import from_milliseconds
from lead_sla.inputs.crm_sources import CrmSource
from lead_sla.settings import Settings, load_settings
from tests.support.hubspot.company import HubSpotCompany
from tests.support.hubspot.pipelines import Stage
from tests.support.hubspot.server import Server, running
from tests.support.pulled_folder import Lines, PulledFolder

SEGMENT = "region"
OBJECTS = ("contacts", "deals")
# So that a few records fill several pages and slices.
SMALL_PAGES: tuple[tuple[Any, str, int], ...] = (
    (reading, "PAGE_WITH_HISTORY", 3),
    (reading, "PAGE_OF_IDS", 4),
    (reading, "SEARCH_PAGE", 3),
    (backfill, "SLICE_RECORDS", 5),
    (object_pull, "SLICE_RECORDS", 5),
)


class Account(PulledFolder):
    """A fake account, and the folder that pulls of it fill."""

    def __init__(self, company: HubSpotCompany, server: Server, home: Path, segment: str | None = SEGMENT) -> None:
        """Nothing is pulled yet."""
        self.company, self.server = company, server
        clock = Clock(lambda: from_milliseconds(company.now), company.pass_time)
        super().__init__(CrmSource("hubspot", "hubspot", segment), home, clock)

    @property
    def settings(self) -> Settings:
        """The settings of the folder that is pulled into."""
        return load_settings(home=self.home, hubspot_token=self.server.token, hubspot_url=self.server.url)

    def allow_still_clock(self) -> None:
        """Without a limit for a second."""
        self.server.limits.searches_a_second = None

    def connect(self) -> HubSpot:
        """A connection to the fake."""
        return HubSpot(self.server.url, SecretStr(self.server.token), self.clock)

    def pass_days(self, days: float) -> None:
        """Let days pass."""
        self.company.pass_time(timedelta(days=days).total_seconds())

    def standing(self) -> dict[str, Lines]:
        """The current statements of both objects, without records that others have taken in."""
        merged = {(f"{row['object']}s", row["from_id"]) for row in self.rows("merges")}
        return {
            name: {key: line for key, line in self.current(name).items() if (name, key) not in merged}
            for name in OBJECTS
        }

    def merges(self) -> set[tuple[str, str, str]]:
        """The merges that have landed; a pair that landed twice is a mistake."""
        rows = [(row["object"], row["from_id"], row["into_id"]) for row in self.rows("merges")]
        assert len(rows) == len(set(rows))
        return set(rows)

    @contextlib.contextmanager
    def fresh(self) -> Iterator["Account"]:
        """The same account, read by a fresh backfill into a folder of its own."""
        home = self.home / "fresh"
        shutil.rmtree(home, ignore_errors=True)
        self.server.faults.clear()
        other = Account(self.company, self.server, home, self.source.segment)
        other.pull()
        yield other

    def assert_complete(self) -> None:
        """What has landed says what a fresh backfill says, once."""
        for name in OBJECTS:
            self.assert_nothing_twice(name)
        with self.fresh() as fresh:
            assert self.standing() == fresh.standing()
            assert self.merges() >= fresh.merges()
            pairs = self.merges()
            for name in OBJECTS:
                there = fresh.current(name).keys()
                lost = [one for one in self.current(name) if not _ends(pairs, name, one) & there]
                assert not lost, f"{name} count that HubSpot no longer has"


def _ends(pairs: set[tuple[str, str, str]], name: str, record_id: str) -> set[str]:
    """A record, and all that it was merged into."""
    ends, remaining = {record_id}, [record_id]
    while remaining:
        one = remaining.pop()
        new = {into for kind, merged, into in pairs if (f"{kind}s", merged) == (name, one)} - ends
        ends |= new
        remaining += new
    return ends


@contextlib.contextmanager
def account(home: Path) -> Iterator[Account]:
    """A fake account with a few contacts and deals."""
    company = small_company()
    with running(company) as server:
        yield Account(company, server, home)


def small_company(contacts: int = 12) -> HubSpotCompany:
    """Contacts with ids that sort differently as text, half of them with forms, and deals of some."""
    company = HubSpotCompany()
    company.add_property("contacts", SEGMENT)
    add_stages(company)
    people = []
    for number in range(contacts):
        values = {"hs_analytics_source": "ORGANIC_SEARCH", SEGMENT: "emea"} if number % 3 else {}
        people.append(company.add_contact(firstname="Zephyrine", email="z@quillhaven.example", **values))
        company.pass_time(61.001)
        company.edit("contacts", people[-1], lifecyclestage="lead")
        if number % 2:
            company.submit_form(people[-1], "0f9a1d30-5c1e-4a62-9d52-1a4c9f6e0b11")
    for number in range(contacts // 2):
        deal = company.add_deal(
            people[number], dealname="Zephyrine", pipeline="default", dealstage="open", amount="100"
        )
        company.pass_time(3600)
        if number % 2:
            company.edit("deals", deal, dealstage="won", amount="120", deal_currency_code="EUR")
    company.pass_time(3600)
    return company


def add_stages(company: HubSpotCompany) -> None:
    """The stages of the default pipeline."""
    for stage in (Stage("open", "Open"), Stage("won", "Won", "1.0", True), Stage("lost", "Lost", "0.0", True)):
        company.add_stage("default", stage)
