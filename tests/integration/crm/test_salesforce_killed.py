"""Kill -9 at each request of a pull: the next pull ends in the same landed rows."""

from pathlib import Path

from tests.support.killed_pulls import kill_at_each_request
from tests.support.salesforce_pulls import OBJECTS, SMALL_SLICES, org

NAMES = (*OBJECTS, "merges")


def test_a_backfill_that_is_killed_at_any_request(tmp_path: Path) -> None:
    with org(tmp_path / "home") as fake:
        assert kill_at_each_request(fake, NAMES, SMALL_SLICES) > 25


def test_a_daily_pull_that_is_killed_at_any_request(tmp_path: Path) -> None:
    with org(tmp_path / "home") as fake:
        fake.pull()
        fake.pass_days(7)
        company = fake.company
        rows = company.tables["Lead"].rows
        a, b, c, d, *_ = (one for one in company.ids("Lead") if not rows[one]["IsConverted"])
        contact, other, gone, *_ = company.ids("Contact")
        deal, *_ = company.ids("Opportunity")
        company.edit("Lead", a, Status="Working", Region__c="americas")
        company.merge("Lead", b, a)
        company.convert(b, company.add_opportunity(StageName="Open"))
        company.delete("Lead", c)
        company.purge("Lead", d)
        company.merge("Contact", other, contact)
        company.purge("Contact", gone)
        company.add_member(company.add_campaign("Trade Show"), other, company.now.date())
        company.add_role(deal, other, is_primary=True)
        company.edit("Opportunity", deal, StageName="Closed Lost")
        company.pass_time(3600)
        assert kill_at_each_request(fake, NAMES, ()) > 25
        fake.assert_complete()
