"""What people do to records in Salesforce: merge, convert, delete and restore them, and answer late."""

from datetime import date

from tests.support.salesforce_pulls import Org


def test_chained_merges_and_conversion(salesforce: Org) -> None:
    salesforce.pull()
    company = salesforce.company
    rows = company.tables["Lead"].rows
    a, b = [one for one in salesforce.company.ids("Lead") if not rows[one]["IsConverted"]][:2]
    other = salesforce.company.ids("Contact")[0]
    salesforce.pass_days(1)
    company.merge("Lead", b, a)
    salesforce.pass_days(1)
    salesforce.pull()
    assert (a, b) in salesforce.merges()
    contact = company.convert(b)
    salesforce.pass_days(1)
    company.merge("Contact", other, contact)
    salesforce.pass_days(1)
    salesforce.pull()
    assert {(a, b), (b, contact), (contact, other)} <= salesforce.merges()
    assert not any(row["archived"] for name in ("leads", "contacts") for row in salesforce.rows(name))
    salesforce.assert_complete()


def test_a_merge_that_is_undone(salesforce: Org) -> None:
    a, b = salesforce.company.ids("Contact")[:2]
    salesforce.company.merge("Contact", b, a)
    salesforce.pull()
    assert (a, b) in salesforce.merges()
    salesforce.pass_days(1)
    salesforce.company.undelete("Contact", a)
    salesforce.pass_days(1)
    salesforce.pull()
    assert (a, b) not in salesforce.merges()
    salesforce.assert_complete()


def test_a_person_whose_merged_record_goes_too(salesforce: Org) -> None:
    a, b = salesforce.company.ids("Contact")[:2]
    salesforce.company.merge("Contact", b, a)
    salesforce.pull()
    salesforce.pass_days(1)
    salesforce.company.delete("Contact", b)
    salesforce.pass_days(1)
    salesforce.pull()
    assert not {a, b} & salesforce.current("contacts").keys()
    salesforce.company.undelete("Contact", b)
    salesforce.pass_days(1)
    salesforce.pull()
    assert {a, b} <= salesforce.current("contacts").keys()
    salesforce.assert_complete()


def test_deleted_and_undeleted(salesforce: Org) -> None:
    salesforce.pull()
    lead, deal = salesforce.company.ids("Lead")[0], salesforce.company.ids("Opportunity")[0]
    salesforce.company.delete("Lead", lead)
    salesforce.company.delete("Opportunity", deal)
    salesforce.pass_days(1)
    salesforce.pull()
    assert lead not in salesforce.current("leads")
    assert deal not in salesforce.current("deals")
    salesforce.company.undelete("Lead", lead)
    salesforce.pass_days(1)
    salesforce.pull()
    assert lead in salesforce.current("leads")
    salesforce.assert_complete()


def test_a_record_that_left_the_recycle_bin(salesforce: Org) -> None:
    salesforce.pull()
    converted = next(row["id"] for row in salesforce.rows("leads") if row["deal_id"])
    contact = next(into for lead, into in salesforce.merges() if lead == converted)
    assert salesforce.current("contacts")[contact]["events"] == []
    for one in (converted, salesforce.company.ids("Lead")[0]):
        salesforce.company.purge("Lead", one)
    salesforce.pass_days(7)
    salesforce.pull()
    assert converted not in salesforce.current("leads")
    assert salesforce.current("contacts")[contact]["events"] != []
    salesforce.assert_complete()


def test_a_response_and_a_role_that_come_late(salesforce: Org) -> None:
    campaign = salesforce.company.add_campaign("Trade Show")
    deal = salesforce.company.add_opportunity(StageName="Open")
    salesforce.pull()
    assert salesforce.current("deals")[deal]["contact_id"] is None
    lead, contact = salesforce.company.ids("Lead")[2], salesforce.company.ids("Contact")[2]
    salesforce.pass_days(40)
    salesforce.company.add_member(campaign, lead, date(2026, 2, 13))
    salesforce.company.add_member(campaign, contact, date(2026, 2, 14))
    role = salesforce.company.add_role(deal, contact)
    salesforce.pull()
    event = {"code": "campaign:Trade Show", "at": "2026-02-13"}
    assert event in salesforce.current("leads")[lead]["events"]
    assert {**event, "at": "2026-02-14"} in salesforce.current("contacts")[contact]["events"]
    assert salesforce.current("deals")[deal]["contact_id"] == contact
    salesforce.assert_complete()
    salesforce.pass_days(1)
    salesforce.company.delete("OpportunityContactRole", role)
    salesforce.pass_days(1)
    salesforce.pull()
    assert salesforce.current("deals")[deal]["contact_id"] is None
    salesforce.assert_complete()
