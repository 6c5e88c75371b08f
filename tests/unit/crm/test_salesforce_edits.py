"""What becomes of the records of the fake Salesforce when they are edited, converted, merged and deleted."""

from datetime import date, timedelta
from typing import Any

from simple_salesforce.api import Salesforce

from tests.support.salesforce.company import START, SalesforceCompany


def ids(answer: dict[str, Any]) -> list[str]:
    return [record["Id"] for record in answer["records"]]


def test_deleted_and_merged_leads(client: Salesforce, company: SalesforceCompany) -> None:
    a, b, c = (company.add_lead() for _ in range(3))
    company.pass_time(60)
    company.merge("Lead", a, b)
    company.delete("Lead", c)
    assert ids(client.query("SELECT Id FROM Lead")) == [a]
    soql = "SELECT Id, IsDeleted, MasterRecordId, SystemModstamp FROM Lead ORDER BY Id"
    rows = client.query(soql, include_deleted=True)["records"]
    assert [(row["Id"], row["IsDeleted"], row["MasterRecordId"]) for row in rows] == [
        (a, False, None),
        (b, True, a),
        (c, True, None),
    ]
    assert {row["SystemModstamp"] for row in rows} == {"2026-01-05T06:01:00.000+0000"}
    company.undelete("Lead", b)
    company.purge("Lead", c)
    rows = client.query(soql, include_deleted=True)["records"]
    assert [(row["Id"], row["IsDeleted"], row["MasterRecordId"]) for row in rows] == [
        (a, False, None),
        (b, False, None),
    ]


def test_a_merge_moves_what_belongs_to_the_record(client: Salesforce, company: SalesforceCompany) -> None:
    a, b = company.add_contact(), company.add_contact(Region__c="emea")
    member = company.add_member(company.add_campaign("Webinar"), b, date(2026, 1, 4))
    deal = company.add_opportunity(None, b, StageName="Prospecting")
    company.merge("Contact", a, b)
    assert client.query("SELECT Region__c FROM Contact")["records"][0]["Region__c"] == "emea"
    (row,) = client.query("SELECT Id, ContactId, FirstRespondedDate, Campaign.Type FROM CampaignMember")["records"]
    assert (row["Id"], row["ContactId"], row["FirstRespondedDate"]) == (member, a, "2026-01-04")
    assert row["Campaign"]["Type"] == "Webinar"
    (row,) = client.query("SELECT OpportunityId, ContactId, IsPrimary FROM OpportunityContactRole")["records"]
    assert (row["OpportunityId"], row["ContactId"], row["IsPrimary"]) == (deal, a, False)


def test_a_conversion(client: Salesforce, company: SalesforceCompany) -> None:
    lead = company.add_lead(LeadSource="Web", Region__c="apac")
    company.add_member(company.add_campaign("Webinar"), lead, date(2026, 1, 5))
    company.pass_time(86_400)
    deal = company.add_opportunity(StageName="Prospecting")
    contact = company.convert(lead, deal)
    soql = "SELECT ConvertedDate, ConvertedContactId, ConvertedOpportunityId FROM Lead WHERE IsConverted = true"
    (row,) = client.query(soql)["records"]
    assert list(row.values())[1:] == ["2026-01-06", contact, deal]
    (row,) = client.query("SELECT Id, LeadSource, Region__c FROM Contact")["records"]
    assert list(row.values())[1:] == [contact, "Web", "apac"]
    (row,) = client.query("SELECT LeadId, ContactId, SystemModstamp FROM CampaignMember")["records"]
    assert list(row.values())[1:] == [lead, contact, "2026-01-06T06:00:00.000+0000"]
    (row,) = client.query("SELECT ContactId, IsPrimary FROM OpportunityContactRole")["records"]
    assert list(row.values())[1:] == [contact, True]


def test_a_conversion_into_a_contact_that_there_is(client: Salesforce, company: SalesforceCompany) -> None:
    contact = company.add_contact(LeadSource="Partner")
    company.pass_time(60)
    lead = company.add_lead(LeadSource="Web", Region__c="apac")
    assert company.convert(lead, into=contact) == contact
    (row,) = client.query("SELECT Id, LeadSource, Region__c, SystemModstamp FROM Contact")["records"]
    assert list(row.values())[1:] == [contact, "Partner", "apac", "2026-01-05T06:01:00.000+0000"]
    assert ids(client.query(f"SELECT Id FROM Lead WHERE ConvertedContactId = '{contact}'")) == [lead]


def test_history_is_kept_for_a_while(client: Salesforce, company: SalesforceCompany) -> None:
    lead = company.add_lead()
    company.pass_time(86_400)
    company.edit("Lead", lead, Status="Working - Contacted")
    company.forget_history(START + timedelta(days=1))
    (row,) = client.query("SELECT OldValue, NewValue FROM LeadHistory")["records"]
    assert list(row.values())[1:] == ["Open - Not Contacted", "Working - Contacted"]


def test_the_history_of_leads_has_what_is_tracked(client: Salesforce, company: SalesforceCompany) -> None:
    lead = company.add_lead(LeadSource="Web")
    company.edit("Lead", lead, Status="Working - Contacted", LeadSource="Partner")
    company.edit("Lead", lead, Status="Working - Contacted")
    company.convert(lead)
    soql = f"SELECT Field, NewValue FROM LeadHistory WHERE LeadId = '{lead[:15]}' ORDER BY CreatedDate, Id"
    assert [(row["Field"], row["NewValue"]) for row in client.query(soql)["records"]] == [
        ("created", None),
        ("Status", "Working - Contacted"),
        ("Status", "Closed - Converted"),
        ("leadConverted", None),
    ]
    company.tracked.clear()
    company.edit("Lead", company.add_lead(), Status="Working - Contacted")
    assert client.query("SELECT COUNT() FROM LeadHistory")["totalSize"] == 4


def test_the_history_of_opportunities(client: Salesforce, company: SalesforceCompany) -> None:
    company.use_currencies("USD", EUR=0.92)
    deal = company.add_opportunity(StageName="Prospecting", CloseDate=date(2026, 2, 1), CurrencyIsoCode="EUR")
    company.pass_time(3_600)
    company.edit("Opportunity", deal, StageName="Closed Won", Amount=12_000.5)
    company.edit("Opportunity", deal, Name="Zephyrine")
    soql = "SELECT StageName, Amount, CurrencyIsoCode, CreatedDate FROM OpportunityHistory ORDER BY CreatedDate"
    assert [list(row.values())[1:] for row in client.query(soql)["records"]] == [
        ["Prospecting", None, "EUR", "2026-01-05T06:00:00.000+0000"],
        ["Closed Won", 12_000.5, "EUR", "2026-01-05T07:00:00.000+0000"],
    ]
    (row,) = client.query("SELECT IsWon, IsClosed, CloseDate FROM Opportunity")["records"]
    assert list(row.values())[1:] == [True, True, "2026-02-01"]
    company.delete("Opportunity", deal)
    assert client.query("SELECT COUNT() FROM OpportunityHistory")["totalSize"] == 0
    assert client.query("SELECT COUNT() FROM OpportunityHistory", include_deleted=True)["totalSize"] == 2


def test_stages_and_rates(client: Salesforce, company: SalesforceCompany) -> None:
    stages = client.query("SELECT ApiName, IsActive, IsClosed, IsWon FROM OpportunityStage ORDER BY SortOrder")
    assert [list(row.values())[1:] for row in stages["records"]] == [
        ["Prospecting", True, False, False],
        ["Closed Won", True, True, True],
    ]
    company.use_currencies("USD", EUR=0.92)
    company.add_rate("EUR", date(2025, 1, 1), 0.95)
    company.add_rate("EUR", date(2026, 1, 1), 0.92)
    rates = client.query("SELECT IsoCode, StartDate, NextStartDate, ConversionRate FROM DatedConversionRate")
    assert [list(row.values())[1:] for row in rates["records"]] == [
        ["EUR", "2025-01-01", "2026-01-01", 0.95],
        ["EUR", "2026-01-01", "9999-12-31", 0.92],
    ]
