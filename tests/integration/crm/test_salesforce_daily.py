"""The sample company: a backfill and ten daily pulls of what people do in a CRM, the weekly sweep among them."""

import os
from collections.abc import Iterator
from datetime import date
from itertools import count
from unittest.mock import patch

import pytest

from tests.support.salesforce.loading import SEGMENT, load_sample
from tests.support.salesforce.server import running
from tests.support.salesforce_pulls import OBJECTS, Org

DAYS = 10


@pytest.fixture(scope="module")
def ten_days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Org]:
    sample = load_sample(date(2026, 3, 20), scale=0.1)
    with running(sample.company) as server, patch.dict(os.environ, server.environment):
        home = tmp_path_factory.mktemp("daily")
        sample.write_folder(home)
        fake = Org(sample.company, server, home, SEGMENT)
        fake.pull()
        for day in range(DAYS):
            work_a_day(fake, day)
            fake.pass_days(1)
            fake.pull()
        fake.pass_days(7)
        fake.pull()
        yield fake


def work_a_day(fake: Org, day: int) -> None:
    """Edits, enriched segments, conversions, merges, deletions, late responses and roles, and a renamed stage."""
    company = fake.company
    rows = company.tables["Lead"].rows
    leads = [one for one in company.ids("Lead") if not rows[one]["IsConverted"]]
    contacts, deals = company.ids("Contact"), company.ids("Opportunity")
    one = (leads[step * 37 % len(leads)] for step in count(day * 100))
    for number in range(20):
        company.pass_time(300)
        company.edit("Lead", next(one), **{SEGMENT: ("emea", "americas", "apac")[number % 3]})
    company.edit("Lead", next(one), Status="Trial")
    company.add_member(company.ids("Campaign")[day], next(one), company.now.date())
    late = company.add_opportunity(StageName="Qualification", Amount=900.0)
    company.add_opportunity(None, contacts[day], contacts[-day - 1], StageName="Closed Won", CloseDate=date(2026, 3, 1))
    company.edit("Opportunity", deals[day], Amount=1000.0 + day)
    company.edit("Opportunity", deals[-1 - day], StageName="Closed Lost")
    company.convert(leads[day], late if day % 2 else None)
    company.merge("Lead", leads[100 + day], leads[120 + day])
    company.merge("Contact", contacts[10 + day], contacts[-20 - day])
    company.delete("Lead", leads[50 + day])
    company.delete("Opportunity", deals[20 + day])
    company.delete("Contact", contacts[40 + day])
    company.purge("Contact", contacts[40 + day])
    stage, row = next(iter(company.tables["OpportunityStage"].rows.items()))
    company.tables["OpportunityStage"].change(stage, MasterLabel=f"{row['ApiName']} {day}")
    fake.pass_days(0.5)
    company.add_role(late, contacts[90 + day])


def test_the_landed_rows_say_what_a_fresh_backfill_says(ten_days: Org) -> None:
    ten_days.assert_complete()
    assert any("earliest qualified" in line for line in ten_days.reported)


def test_a_day_takes_few_calls(ten_days: Org) -> None:
    ten_days.server.forget()
    ten_days.pass_days(1)
    ten_days.pull()
    assert len(ten_days.server.requests) <= 30


def test_a_day_without_changes_lands_nothing(ten_days: Org) -> None:
    def landed() -> dict[str, list[str]]:
        return {name: sorted(path.name for path in ten_days.folder(name).iterdir()) for name in (*OBJECTS, "merges")}

    before = landed()
    ten_days.pass_days(1)
    ten_days.pull()
    assert landed() == before
